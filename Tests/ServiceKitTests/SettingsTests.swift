import Logging
import ServiceKit
import Testing

@Suite struct SettingsTests {
    private let database = ["ONUS_DATABASE_URL": "postgresql://onus:hush@127.0.0.1/onus"]

    @Test func `every fault is reported at once, with what was expected and what came`() {
        let error = #expect(throws: SettingsFaults.self) {
            try ServiceSettings(
                service: .scoring, environment: ["ONUS_PORT": "many", "ONUS_LOG_LEVEL": "loud"],
                arguments: ["--public-url", "ftp://x", "--nonsense"])
        }
        #expect(
            error?.faults == [
                "--nonsense: expected one of the flags that --help lists, got an unknown one",
                "ONUS_DATABASE_URL (or --database-url): expected URI, postgresql://…, got nothing",
                "ONUS_PORT: expected integer, 0 to 65535, got \"many\"",
                "ONUS_LOG_LEVEL: expected level, trace, debug, info, notice, warning, error, critical, got \"loud\"",
                "--public-url: expected URL, http:// or https://, got \"ftp://x\"",
            ])
    }

    @Test func `a fault of a secret does not show it`() {
        let error = #expect(throws: SettingsFaults.self) {
            try ServiceSettings(
                service: .console, environment: ["ONUS_DATABASE_URL": "mysql://root:hush@h"], arguments: [])
        }
        #expect(error?.description.contains("hush") == false)
        #expect(error?.description.contains("ONUS_DATABASE_URL") == true)
    }

    @Test func `unset keys take their defaults, an empty variable counts as unset`() throws {
        let settings = try ServiceSettings(
            service: .notification, environment: database.merging(["ONUS_HOST": ""]) { $1 }, arguments: [])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8082)
        #expect(settings.logLevel == .info)
        #expect(settings.publicURL == nil)
        #expect(settings.values[SettingKeys.smtpURL] == nil)
        #expect(settings.values[SettingKeys.mailFrom] == "onus@localhost")
    }

    @Test func `a flag wins over the environment, in both spellings`() throws {
        let settings = try ServiceSettings(
            service: .console, environment: database.merging(["ONUS_PORT": "1", "ONUS_HOST": "::1"]) { $1 },
            arguments: ["--port=2", "--host", "localhost", "--development-sign-in"])
        #expect(settings.port == 2)
        #expect(settings.host == "localhost")
        #expect(settings.isLoopback)
        #expect(settings.values[SettingKeys.developmentSignIn])
    }

    @Test func `help and the table name every key of a service`() {
        for service in ServiceName.allCases {
            let help = ServiceSettings.help(of: service)
            for key in SettingKeys.common(of: service) + SettingKeys.own(of: service) {
                #expect(help.contains("\(key.flag), \(key.environmentName)"))
                #expect(SettingKeys.markdownTable.contains("| `\(key.environmentName)` | `\(key.flag)` |"))
            }
        }
    }

    @Test func `a secret prints as private whichever way it is printed`() {
        let secret = Secret("hush")
        #expect("\(secret)" == "<private>")
        #expect(String(reflecting: secret) == "<private>")
        #expect(String(describing: [secret]) == "[<private>]")
        #expect(secret.exposed == "hush")
    }
}
