/// The lines of managers that come back to where they began.
enum ManagementCycles {
    /// - Parameter managers: At each person's place the place of their manager; −1 for none.
    /// - Returns: Each cycle once, from person to manager.
    static func find(_ managers: [Int32]) -> [[Int32]] {
        var cycles: [[Int32]] = []
        // Who was first met on whose line.
        var met = [Int32](repeating: -1, count: managers.count)
        for start in managers.indices {
            var place = Int32(start)
            while place >= 0, met[Int(place)] < 0 {
                met[Int(place)] = Int32(start)
                place = managers[Int(place)]
            }
            guard place >= 0, met[Int(place)] == start else { continue }
            var cycle = [place]
            var next = managers[Int(place)]
            while next != place {
                cycle.append(next)
                next = managers[Int(next)]
            }
            cycles.append(cycle)
        }
        return cycles
    }
}
