/// Runs a function on Lambda's `provided` runtimes: asks for an event, hands it to the handler, hands the result back,
/// until SIGTERM.
public enum LambdaRuntime {
    /// Runs the loop on the calling thread.
    ///
    /// - Parameters:
    ///   - address: the value of `AWS_LAMBDA_RUNTIME_API`.
    ///   - makeHandler: makes the handler, during Lambda's init phase. What it throws is reported as an initialization
    ///     error.
    /// - Returns: the process's exit status: 0 after SIGTERM; 1 where Lambda shall start the process anew, with a line on
    ///   standard error that says why.
    public static func run(at address: String?, _ makeHandler: () throws -> any LambdaHandler) -> Int32 {
        Termination.watch()
        return loop(at: address, makeHandler)
    }

    static func loop(at address: String?, _ makeHandler: () throws -> any LambdaHandler) -> Int32 {
        do throws(LambdaRuntimeError) {
            let api = try RuntimeAPI(address)
            guard let handler = try start(makeHandler, api) else { return 1 }
            let trace = TraceVariable()
            while !Termination.isRequested {
                let result: ControlPlaneRequest
                do throws(LambdaRuntimeError) {
                    let invocation = try api.next()
                    trace.set(invocation.traceID)
                    result = self.result(of: handler, invocation)
                } catch {
                    // One event that can't be read ends neither the process nor the events after it.
                    guard let requestID = error.requestID else { throw error }
                    LambdaLog.write(error.message)
                    result = .invocationError(requestID: requestID, ErrorReport(error, .runtime))
                }
                if let refusal = try api.post(result) { LambdaLog.write(refusal) }
            }
            return 0
        } catch  where error.code == .terminated {
            return 0
        } catch {
            LambdaLog.write(error.message)
            return 1
        }
    }

    private static func start(
        _ makeHandler: () throws -> any LambdaHandler, _ api: RuntimeAPI
    ) throws(LambdaRuntimeError) -> (any LambdaHandler)? {
        let report: ErrorReport
        do {
            return try makeHandler()
        } catch {
            report = ErrorReport(error, .runtime)
        }
        LambdaLog.write("the function can't start: \(report.message)")
        if let refusal = try api.post(.initializationError(report)) { LambdaLog.write(refusal) }
        return nil
    }

    private static func result(of handler: any LambdaHandler, _ invocation: Invocation) -> ControlPlaneRequest {
        do {
            return .invocationResponse(requestID: invocation.requestID, try handler.handle(invocation))
        } catch {
            let report = ErrorReport(error, .function)
            LambdaLog.write("\(invocation.requestID) failed: \(report.type): \(report.message)")
            return .invocationError(requestID: invocation.requestID, report)
        }
    }
}
