import AWSCore
import Findings

extension ReportedError {
    /// What an error of S3 means for a job.
    ///
    /// - Parameter isSource: whether the request was about the source.
    init(_ error: AWSError, _ stage: Stage, isSource: Bool) {
        switch error.kind {
        case .cancelled: self.init(.interrupted, stage, "interrupted", advice: "start it again")
        case .modified: self.init(modified: error, stage)
        case .configuration: self.init(.badSetting, stage, error, "set it and start it again")
        case .credentials:
            self.init(error.isRetryable ? .inputOutput : .credentials, stage, error, "give the job a role or keys")
        case .transport, .malformedResponse: self.init(.inputOutput, stage, error, "try again")
        case .service: self.init(service: error, stage, isSource: isSource)
        }
    }

    private init(service error: AWSError, _ stage: Stage, isSource: Bool) {
        switch (error.code, error.status) {
        case _ where error.isRetryable: self.init(.inputOutput, stage, error, "try again")
        case ("InvalidObjectState", _):
            self.init(.archivedSource, stage, error, "restore it first, then start the job again")
        case ("InvalidRequest", 400) where error.message.contains("Server Side Encryption"):
            self.init(
                .refused, stage, error,
                "it is encrypted with a key of its owner's (SSE-C), which the worker does not have: copy it without one"
            )
        case ("NoSuchUpload", _): self.init(.uploadGone, stage, error, "try again")
        case ("ExpiredToken", _), ("ExpiredTokenException", _), ("TokenRefreshRequired", _):
            self.init(.inputOutput, stage, error, "try again")
        case ("InvalidAccessKeyId", _), ("SignatureDoesNotMatch", _), ("InvalidToken", _),
            ("AuthorizationHeaderMalformed", _):
            self.init(.credentials, stage, error, "check the keys")
        case ("InvalidStorageClass", _), ("KMS.NotFoundException", _), ("KMS.DisabledException", _):
            self.init(.badSetting, stage, error, "check the settings storage-class and kms-key-id")
        // An error without a code is usually temporary.
        case ("400", 400): self.init(.inputOutput, stage, error, "try again")
        // Nothing is read after the end: it has moved. Not every server checks the ETag first.
        case (_, 416) where isSource: self.init(modified: error, stage)
        case (_, 404) where isSource: self.init(.noSource, stage, error, "check the name")
        case (_, 401), (_, 403): self.init(.accessDenied, stage, error, "allow it")
        case (_, 409), (_, 412): self.init(.outputTaken, stage, error, "try again")
        default: self.init(.refused, stage, error, "look the code up in Amazon S3's \"Error responses\"")
        }
    }

    private init(modified error: AWSError, _ stage: Stage) {
        self.init(
            .modifiedSource, stage, "\(error.resource) was overwritten during the job",
            advice: "start it again for the new version")
    }

    private init(_ code: Code, _ stage: Stage, _ error: AWSError, _ advice: String) {
        self.init(code, stage, error.summary, advice: error.advice ?? advice)
    }
}
