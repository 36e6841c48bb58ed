/// Jobs and tasks of AWS Batch as discrete events. What a task does next is decided by the product's `ChunkLane` and
/// `ChunkState`, what it waits for by the model.
struct Simulation {
    private enum Event {
        case upload(Video)
        case submitHelpers(Video)
        case begin(Task)
        /// A lane of the task has encoded its chunk, if its version is still this one.
        case encoded(Task, version: Int)
        case overtaken(Task, lane: Int, ChunkName)
        case gone(Task)
        case interrupted(Task)
        case joined(Task)
    }

    let model: Model
    private var random: Random
    private var now = 0.0
    private var events = Heap<Event>()
    /// Jobs that wait, by their number: those of videos and helpers.
    private var leads = Heap<Task>()
    private var helpers = Heap<Task>()
    private var free: Int
    private var numbers = 0

    init(_ model: Model, seed: UInt64) {
        self.model = model
        random = Random(seed)
        free = model.slots
    }

    /// Runs until every video is finished.
    mutating func run(_ videos: [Video]) {
        for video in videos { events.insert(video.submitted, .upload(video)) }
        while let (time, event) = events.popFirst() {
            now = time
            perform(event)
        }
    }

    private mutating func perform(_ event: Event) {
        switch event {
        case .upload(let video):
            numbers += 1
            wait(Task(video, isLead: true, number: numbers))
        case .submitHelpers(let video):
            for _ in 0..<video.helpers {
                numbers += 1
                wait(Task(video, isLead: false, number: numbers))
            }
        case .begin(let task): begin(task)
        case .encoded(let task, let version):
            guard task.isAlive, task.version == version else { return }
            task.advance(to: now, model)
            for lane in task.lanes.indices where task.lanes[lane].left.map({ $0 <= 1e-6 }) == true {
                task.lanes[lane].left = nil
                drive(task, lane, .encoded(isWhole: true))
            }
            plan(task)
        case .overtaken(let task, let lane, let name):
            guard task.isAlive, task.lanes[lane].left != nil, task.lanes[lane].program.current == name else { return }
            stop(task, lane)
            plan(task)
        case .gone(let task):
            guard task.isAlive else { return }
            for lane in task.lanes.indices where task.lanes[lane].left != nil { stop(task, lane) }
            plan(task)
        case .interrupted(let task):
            guard task.isAlive else { return }
            end(task)
            if !model.resumes { task.video.entries = [] }
            wait(Task(task.video, isLead: task.isLead, number: task.number))
        case .joined(let task):
            guard task.isAlive else { return }
            finish(task)
        }
        place()
    }

    // MARK: AWS Batch

    private mutating func wait(_ task: Task) {
        if task.isLead {
            leads.insert(Double(task.number), task)
        } else {
            helpers.insert(Double(task.number), task)
        }
    }

    /// Starts what waits, as far as there is room: jobs of videos first.
    private mutating func place() {
        while free > 0 {
            if let (_, task) = leads.popFirst() {
                start(task)
            } else if let (_, task) = helpers.popFirst() {
                // Those of a finished video were cancelled.
                if task.video.finished == nil { start(task) }
            } else {
                return
            }
        }
    }

    private mutating func start(_ task: Task) {
        free -= 1
        if task.video.started == nil { task.video.started = now }
        events.insert(now + random.uniform(model.start), .begin(task))
    }

    private mutating func end(_ task: Task) {
        task.isAlive = false
        task.version += 1
        // Fargate bills a minute at least.
        task.video.billed += max(60, now - task.began + model.billedStart)
        task.video.tasks.removeAll { $0 === task }
        free += 1
    }

    // MARK: A task

    private mutating func begin(_ task: Task) {
        let video = task.video
        task.isAlive = true
        (task.began, task.updated) = (now, now)
        video.attempts += 1
        video.tasks.append(task)
        guard video.finished == nil else { return end(task) }
        let isStraggler = random.unit() * Double(model.stragglers) < 1
        task.speed = (isStraggler ? 0.5 : 1) * (1 + 0.03 * random.normal())
        if model.interruptions > 0 {
            events.insert(now + random.exponential(rate: model.interruptions / 3600), .interrupted(task))
        }
        if task.isLead, !video.has(.plan) {
            video.entries = [WorkEntry(name: .plan, time: nanoseconds)]
            task.updated += model.planning
        }
        if task.isLead, !video.askedForHelpers {
            video.askedForHelpers = true
            events.insert(now + model.planning + 2, .submitHelpers(video))
        }
        task.lanes = (0..<model.lanes).map { _ in .init(program: ChunkLane(isLead: task.isLead)) }
        // A helper that begins before the lead has planned doesn't exist; planning delays the lead's first chunks.
        for lane in task.lanes.indices { drive(task, lane, .woken) }
        plan(task)
    }

    private var nanoseconds: Int64 { Int64(now * 1e9) }

    /// Schedules the end of the chunk that is the next one to be done.
    private mutating func plan(_ task: Task) {
        guard task.isAlive else { return }
        task.version += 1
        if let least = task.lanes.compactMap(\.left).min() {
            let end = max(now, task.updated) + max(0, least) / task.rate(model)
            events.insert(end, .encoded(task, version: task.version))
        } else if task.lanes.allSatisfy(\.hasEnded), !task.isJoining {
            if task.isLead, task.video.state.isComplete {
                task.isJoining = true
                events.insert(now + task.video.join, .joined(task))
            } else {
                end(task)
            }
        }
    }

    private mutating func stop(_ task: Task, _ lane: Int) {
        task.advance(to: now, model)
        task.lanes[lane].left = nil
        task.video.wasted += 1
        drive(task, lane, .encoded(isWhole: false))
        wake(task)
    }

    /// Performs a lane's steps until it encodes, waits or ends.
    private mutating func drive(_ task: Task, _ lane: Int, _ answer: ChunkLane.Answer) {
        let video = task.video
        var step = task.lanes[lane].program.next(answer)
        while true {
            switch step {
            case .look:
                let state = video.state
                let others = task.lanes.indices.filter { $0 != lane }
                let own = others.compactMap { task.lanes[$0].program.current?.index }
                let excluded = Set(own).union(held(state, task))
                step = task.lanes[lane].program.next(.saw(state, excluded: excluded))
            case .claim(let name, let generation):
                let claim = WorkName.claim(name, generation: generation)
                let isNew = !video.has(claim)
                if isNew {
                    video.entries.append(WorkEntry(name: claim, time: nanoseconds))
                    video.owners[claim] = task.number
                }
                step = task.lanes[lane].program.next(.claimed(isNew: isNew))
            case .encode(let name):
                task.advance(to: max(now, task.updated), model)
                task.lanes[lane].left = video.work[name.index]
                return
            case .publish(let name):
                publish(name, task)
                step = task.lanes[lane].program.next(.published)
                wake(task)
            case .wait:
                task.lanes[lane].isWaiting = true
                return
            case .remove: step = task.lanes[lane].program.next(.removed)
            case .end:
                task.lanes[lane].hasEnded = true
                return
            }
        }
    }

    /// What a helper leaves to the others, as `ChunkLaneRun`: chunks that don't take much longer than usual, unless an
    /// earlier attempt of its own job has begun them.
    private func held(_ state: ChunkState, _ task: Task) -> [Int] {
        guard !task.isLead, state.hasPlan, state.isBegun else { return [] }
        return state.chunks.indices.filter { index in
            guard !state.chunks[index].isDone, !state.isOverdue(index), let claim = state.claims(index).last else {
                return false
            }
            return task.video.owners[claim] != task.number
        }
    }

    private mutating func publish(_ name: ChunkName, _ task: Task) {
        let video = task.video
        guard !video.has(.chunk(name)) else {
            video.wasted += 1
            return
        }
        video.entries.append(WorkEntry(name: .chunk(name), time: nanoseconds))
        for other in video.tasks where other !== task {
            for (lane, state) in other.lanes.enumerated() where state.left != nil && state.program.current == name {
                events.insert(now + random.uniform(0...model.watch), .overtaken(other, lane: lane, name))
            }
        }
    }

    private mutating func wake(_ task: Task) {
        for lane in task.lanes.indices where task.lanes[lane].isWaiting {
            task.lanes[lane].isWaiting = false
            drive(task, lane, .woken)
        }
    }

    /// The output is published and the plan is removed: helpers find that out.
    private mutating func finish(_ task: Task) {
        let video = task.video
        video.finished = now
        video.entries = []
        end(task)
        for other in video.tasks { events.insert(now + random.uniform(0...model.watch), .gone(other)) }
    }
}
