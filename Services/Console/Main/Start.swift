import ServiceKit

@main
struct Start {
    static func main() async {
        await ServiceMain.run(.console) { parts in
            ServiceAssembly(router: try Console(parts).router())
        }
    }
}
