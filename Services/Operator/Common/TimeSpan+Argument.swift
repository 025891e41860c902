internal import ArgumentParser
internal import Models

extension TimeSpan: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
