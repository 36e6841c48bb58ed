/// Which permission of IAM a call needs: "Actions, resources, and condition keys" for Amazon S3 and AWS Batch, Service
/// Authorization Reference.
enum IAMAction {
    /// In words, such as `s3:GetObject`.
    static func needed(_ service: String, _ operation: String) -> String {
        switch (service, operation) {
        case ("s3", "HeadObject"), ("s3", "GetObject"):
            "s3:GetObject here (and kms:Decrypt for its KMS key, where one is used)"
        case ("s3", "PutObject"), ("s3", "CreateMultipartUpload"), ("s3", "UploadPart"),
            ("s3", "CompleteMultipartUpload"):
            "s3:PutObject here (and kms:GenerateDataKey and kms:Decrypt for its KMS key, s3:PutObjectTagging for tags, "
                + "where they are used)"
        case ("s3", "CopyObject"), ("s3", "UploadPartCopy"): "s3:PutObject here and s3:GetObject on the source"
        case ("s3", "ListObjectsV2"): "s3:ListBucket on the bucket"
        case ("s3", "ListMultipartUploads"): "s3:ListBucketMultipartUploads on the bucket"
        default: "\(service):\(operation) here"
        }
    }
}
