import AWSCore
import Findings
import Media

/// What an error of S3 means for a job.
enum S3Failure {
    /// - Parameter isSource: whether it was about the source.
    static func error(_ error: AWSError, _ stage: ReportedError.Stage, isSource: Bool) -> ReportedError {
        switch error.kind {
        case .cancelled: return ReportedError(.interrupted, stage, "interrupted", advice: "start it again")
        case .modified: return modified(error, stage)
        case .configuration: return failure(.badSetting, error, stage, "set it and start it again")
        case .credentials:
            return failure(error.isRetryable ? .inputOutput : .credentials, error, stage, "give the job a role or keys")
        case .transport, .malformedResponse: return failure(.inputOutput, error, stage, "try again")
        case .service: break
        }
        if error.isRetryable { return failure(.inputOutput, error, stage, "try again") }
        switch error.code {
        case "NoSuchUpload": return failure(.uploadGone, error, stage, "try again")
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired":
            return failure(.inputOutput, error, stage, "try again")
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "AuthorizationHeaderMalformed":
            return failure(.credentials, error, stage, "check the keys")
        case "InvalidStorageClass", "KMS.NotFoundException", "KMS.DisabledException":
            return failure(.badSetting, error, stage, "check the settings storage-class and kms-key-id")
        default: break
        }
        switch error.status {
        // Without a reason it is most often a passing one.
        case 400 where error.code == "400": return failure(.inputOutput, error, stage, "try again")
        // Nothing is read behind the end: it has moved. Not every server looks at the ETag first.
        case 416 where isSource: return modified(error, stage)
        case 404 where isSource: return failure(.noSource, error, stage, "check the name")
        case 401, 403: return failure(.accessDenied, error, stage, "allow it")
        case 409, 412: return failure(.outputTaken, error, stage, "try again")
        default: return failure(.refused, error, stage, "look the code up in Amazon S3's \"Error responses\"")
        }
    }

    private static func modified(_ error: AWSError, _ stage: ReportedError.Stage) -> ReportedError {
        ReportedError(
            .modifiedSource, stage, "\(error.resource) was overwritten during the job",
            advice: "start it again for the new one")
    }

    private static func failure(
        _ code: ReportedError.Code, _ error: AWSError, _ stage: ReportedError.Stage, _ advice: String
    ) -> ReportedError {
        ReportedError(code, stage, error.summary, advice: error.advice ?? advice)
    }
}
