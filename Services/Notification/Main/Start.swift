@main
struct Start {
    static func main() async {}
}
