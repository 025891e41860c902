import Models

/// Training requests, good and bad, and what comes of them.
extension Simulation {
    mutating func requestTraining(_ manager: Int) {
        guard isActive[manager] else { return }
        guard !isAway(manager) else { return schedule(.requestTraining(manager: manager), in: random.int(in: 10...30)) }
        let reports = reports[manager].filter { isActive[$0] }
        if random.chance(style(of: manager).triage) {
            requestForGap(manager, reports)
        } else {
            requestForItsOwnSake(manager, reports)
        }
        schedule(.requestTraining(manager: manager), in: random.int(in: 45...140))
    }

    /// A trainable gap first, coaching on it before: what triage asks for. Nothing is asked where there is none.
    private mutating func requestForGap(_ manager: Int, _ reports: [Int]) {
        for person in reports {
            guard let place = openGap[person], gaps[place].cause.isTrainable, !gaps[place].isNeglected,
                let session = lastSession[person], today - session <= 25,
                let programme = random.pick(Vocabulary.usefulProgrammes)
            else { continue }
            let id = ProgrammeID(unchecked: programme)
            request(manager, [person], gap: gaps[place].id, id, "Coached on it, practice is missing.")
            schedule(
                .complete(person: person, programme: id, gap: place, by: nil), in: random.int(in: 10...35))
            return
        }
    }

    /// Training in place of leadership: no gap, or one that training can't close.
    private mutating func requestForItsOwnSake(_ manager: Int, _ reports: [Int]) {
        guard let person = random.pick(reports), let programme = random.pick(Vocabulary.pleasantProgrammes) else {
            return
        }
        let id = ProgrammeID(unchecked: programme)
        let gap = random.chance(0.3) ? openGap[person].map { gaps[$0].id } : nil
        request(manager, Array(reports.prefix(3)), gap: gap, id, "The team needs new impulses.")
        if random.chance(0.6) {
            schedule(
                .complete(person: person, programme: id, gap: nil, by: manager), in: random.int(in: 10...40))
        }
    }

    private mutating func request(
        _ manager: Int, _ people: [Int], gap: GapID?, _ programme: ProgrammeID, _ reason: String
    ) {
        let request = nextRequest()
        emit(
            "/lms",
            .trainingRequested(
                TrainingRequested(
                    request: request, requestedBy: id(manager), people: people.map(id), gap: gap, programme: programme,
                    reason: reason)))
    }

    mutating func completeOpenGap(of person: Int) {
        guard let gap = openGap[person], let programme = Vocabulary.usefulProgrammes.first else { return }
        complete(person, ProgrammeID(unchecked: programme), gap: gap, by: nil)
    }

    mutating func complete(_ person: Int, _ programme: ProgrammeID, gap: Int?, by manager: Int?) {
        guard isActive[person] else { return }
        emit(
            "/lms",
            .trainingCompleted(
                TrainingCompleted(
                    person: id(person), programme: programme, gap: gap.map { gaps[$0].id },
                    assignedBy: manager.map(id))))
    }
}
