import Accountability
import Models
import Testing

/// Corrections and programmes against implementations that take no shortcut.
@Suite struct ProgrammePropertyTests {
    @Test(arguments: UInt64(1)...120)
    func `which events count is what retractions, contests and resolutions say by the letter`(seed: UInt64) {
        let events = RandomOrganization(seed: seed).events
        for day in [RandomOrganization.today, RandomOrganization.today - 60, RandomOrganization.today + 10] {
            let found = Corrections.inForce(events, asOf: day).filter { $0.payload.target == nil }
            let expected = NaiveCorrections(events: events, today: day).inForce
            #expect(Set(found.map(\.identity)) == Set(expected.map(\.identity)), "\(day)")
        }
    }

    @Test(arguments: UInt64(1)...60)
    func `a programme's measures are what its completions say one by one`(seed: UInt64) throws {
        let events = RandomOrganization(seed: seed, events: 320).events
        for today in [RandomOrganization.today, RandomOrganization.today - 45] {
            let inForce = NaiveCorrections(events: events, today: today).inForce.sorted(by: Event.precedes)
            let naive = NaiveProgrammes(inForce, today: today).rows
            let report = Scoring.report(events: events, asOf: today, policy: .standard)
            #expect(Set(report.programmes.keys) == Set(naive.keys))
            for (programme, row) in naive {
                let found = try #require(report.programmes[programme])
                #expect(found.delivered == row.delivered && found.changed == row.changed)
                #expect(found.gap == row.delivered - row.changed)
                #expect((found.status == .unlinked) == (row.delivered >= 3 && row.linked == 0))
                expect(found.measures[.linkage], n: row.delivered, s: row.linked)
                expect(found.measures[.followup], n: row.followupTrials, s: row.followups)
                expect(found.measures[.change], n: row.changeTrials, s: row.changed)
            }
        }
    }

    @Test func `the random organisations have programmes of every kind`() {
        var all = NaiveProgrammes.Row()
        var statuses: Set<ProgrammeStatus> = []
        for seed in UInt64(1)...60 {
            let events = RandomOrganization(seed: seed, events: 320).events
            let report = Scoring.report(events: events, asOf: RandomOrganization.today, policy: .standard)
            statuses.formUnion(report.programmes.values.map(\.status))
            let inForce = NaiveCorrections(events: events, today: RandomOrganization.today).inForce
            for row in NaiveProgrammes(inForce.sorted(by: Event.precedes), today: RandomOrganization.today).rows.values
            {
                all.linked += row.linked
                all.followupTrials += row.followupTrials
                all.followups += row.followups
                all.changeTrials += row.changeTrials
                all.changed += row.changed
            }
        }
        #expect(statuses == [.linked, .unlinked])
        #expect(all.changed > 5 && all.changeTrials > all.changed + 5)
        #expect(all.followups > 5 && all.followupTrials > all.followups)
    }

    private func expect(_ measure: MeasureScore?, n: Int, s: Int) {
        guard n > 0 else {
            #expect(measure == nil)
            return
        }
        let (trials, credit) = (Double(n), Double(s))
        let variance = (credit + 1) * (trials - credit + 1) / ((trials + 2) * (trials + 2) * (trials + 3))
        #expect(measure?.n == trials && measure?.s == credit)
        #expect(abs((measure?.mean ?? -1) - (credit + 1) / (trials + 2)) < 1e-12)
        #expect(abs((measure?.variance ?? -1) - variance) < 1e-12)
    }
}
