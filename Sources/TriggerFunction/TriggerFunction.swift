import AWSCore
import Glibc
import LambdaRuntime

/// The Lambda function: S3 event in, Batch jobs out.
@main
enum TriggerFunction {
    static func main() {
        let environment = AWSEnvironment.process
        exit(LambdaRuntime.run(at: environment["AWS_LAMBDA_RUNTIME_API"]) { try Trigger(environment) })
    }
}
