import ServiceKit

@main
struct Start {
    static func main() async {
        await ServiceMain.run(.ingestion) { parts in
            let ingestion = IngestionService(parts)
            return ServiceAssembly(services: ingestion.services, router: ingestion.router())
        }
    }
}
