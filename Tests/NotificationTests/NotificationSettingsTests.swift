import ServiceKit
import Testing

@testable import Notification

@Suite struct NotificationSettingsTests {
    private func settings(_ environment: [String: String]) throws -> NotificationSettings {
        let base = ["ONUS_DATABASE_URL": "postgresql://nowhere"]
        return try NotificationSettings(
            ServiceSettings(
                service: .notification, environment: base.merging(environment) { $1 }, arguments: []))
    }

    @Test func `an operator is warned of mail without a one-click way out`() throws {
        #expect(try settings([:]).warning == nil)
        #expect(try settings(["ONUS_UNSUBSCRIBE_URL": "http://mail.onus.example"]).warning == nil)
        let mail = ["ONUS_SMTP_URL": "smtp://127.0.0.1"]
        #expect(try settings(mail).warning?.contains("ONUS_UNSUBSCRIBE_URL") == true)
        let secured = mail.merging(["ONUS_UNSUBSCRIBE_URL": "https://mail.onus.example"]) { $1 }
        #expect(try settings(secured).warning == nil)
    }

    @Test func `all faults are told together`() throws {
        do {
            _ = try settings(["ONUS_WEBHOOK_NETWORKS": "everywhere", "ONUS_MAIL_FROM": "nobody"])
            Issue.record("expected faults")
        } catch let error as SettingsFaults {
            #expect(error.faults.count == 2)
        }
    }
}
