import AsyncHTTPClient
import Connectors
import ServiceKit
import ServiceLifecycle

@main
struct Start {
    static func main() async {
        // Held here, where nothing ends before the process does: a client may not be let go of while it is open, and a
        // start that is refused never gets to the service that closes it.
        let client = HTTPClient(configuration: VendorClient.configuration)
        await ServiceMain.run(.ingestion) { parts in
            let vendors = VendorClient(client)
            let ingestion = IngestionService(
                parts, connectors: try connectors(of: parts.settings),
                fetch: { request throws(PollFailure) in try await vendors.fetch(request) })
            return ServiceAssembly(
                services: [vendors] + ingestion.services, router: ingestion.router(), server: ingestion.server)
        }
    }

    private static func connectors(of settings: ServiceSettings) throws(SettingsFaults) -> [String: Connector] {
        guard let folder = settings.values[SettingKeys.connectors] else { return [:] }
        do throws(UnreadableConnectors) {
            return try ConnectorFolder.connectors(in: folder)
        } catch {
            throw SettingsFaults(error.faults.map { "ONUS_CONNECTORS: \($0)" })
        }
    }
}
