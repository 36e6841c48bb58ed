"""The bucket's lifecycle rules: what S3 removes, and when."""
import unittest

from translated import IMAGE, PSEUDO, resolve, source, template


def rules(**parameters):
    """The rules by their names."""
    resources = resolve(template(), {"WorkerImage": IMAGE} | parameters, PSEUDO)["Resources"]
    return {rule["Id"]: rule for rule in resources["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]}


class Uploads(unittest.TestCase):
    def test_an_upload_of_a_source_may_take_two_weeks(self):
        """Every rule that applies below input/ counts: the earliest one wins."""
        for parameters in ({}, {"EncodedSources": "expire"}, {"JobTimeout": "1h"}):
            days = [
                rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] for rule in rules(**parameters).values()
                if "AbortIncompleteMultipartUpload" in rule and "input/".startswith(rule.get("Prefix", ""))]
            self.assertEqual(days, [14])

    def test_what_a_lost_job_leaves_is_removed_soon(self):
        for name, prefix in (("AbortUnfinishedOutputs", "output/"), ("Work", "work/")):
            rule = rules()[name]
            self.assertEqual((rule["Status"], rule["Prefix"]), ("Enabled", prefix))
            self.assertEqual(rule["AbortIncompleteMultipartUpload"], {"DaysAfterInitiation": 3})

    def test_no_upload_is_aborted_while_its_attempt_may_run(self):
        for name, entry in source()["Mappings"]["JobTimeout"].items():
            with self.subTest(name):
                self.assertLessEqual(int(entry["Seconds"]), entry["AbortUploadsAfterDays"] * 86400)


class Work(unittest.TestCase):
    def test_it_is_kept_for_the_longest_job_and_some_days(self):
        attempts = source()["Resources"]["JobDefinition"]["Properties"]["RetryStrategy"]["Attempts"]
        for name, entry in source()["Mappings"]["JobTimeout"].items():
            with self.subTest(name):
                days = entry["ExpireWorkAfterDays"] - attempts * int(entry["Seconds"]) / 86400
                self.assertGreaterEqual(days, 3)
                self.assertLessEqual(days, 4)
                self.assertEqual(rules(JobTimeout=name)["Work"]["ExpirationInDays"], entry["ExpireWorkAfterDays"])

    def test_a_versioned_bucket_keeps_no_copy(self):
        self.assertEqual(rules()["Work"]["NoncurrentVersionExpiration"], {"NoncurrentDays": 1})


class Reports(unittest.TestCase):
    def test_a_versioned_bucket_keeps_no_history_of_running_jobs(self):
        """A job replaces its report once a minute and with each chunk: every version would be billed for ever."""
        for parameters in ({}, {"Versioning": "true"}):
            rule = rules(**parameters)["EarlierReports"]
            self.assertEqual((rule["Status"], rule["Prefix"]), ("Enabled", "reports/"))
            self.assertEqual(rule["NoncurrentVersionExpiration"], {"NoncurrentDays": 30})
            # The last report stays.
            self.assertNotIn("ExpirationInDays", rule)

    def test_replaced_outputs_and_sources_stay(self):
        """With Versioning an overwritten video can be restored."""
        for rule in rules(Versioning="true").values():
            if "NoncurrentVersionExpiration" in rule:
                self.assertIn(rule["Prefix"], ("work/", "reports/"))


class Sources(unittest.TestCase):
    def rule(self, **parameters):
        rule = rules(**parameters)["EncodedSources"]
        self.assertEqual((rule["Prefix"], rule["TagFilters"]), ("input/", [{"Key": "reelpress", "Value": "done"}]))
        return rule

    def test_all_are_kept_by_default(self):
        self.assertNotIn("EncodedSources", rules())

    def test_only_encoded_ones_are_moved_or_removed(self):
        expiry = self.rule(EncodedSources="expire", EncodedSourcesDays="7")
        self.assertEqual((expiry["ExpirationInDays"], "Transitions" in expiry), ("7", False))
        move = self.rule(EncodedSources="GLACIER", Versioning="true")
        self.assertEqual(move["Transitions"], [{"StorageClass": "GLACIER", "TransitionInDays": "30"}])
        self.assertNotIn("ExpirationInDays", move)
        self.assertNotIn("NoncurrentVersionExpiration", move)

    def test_an_expired_one_is_removed_from_a_versioned_bucket_too(self):
        """Also after Versioning was set back to false: S3 keeps the versions that are there."""
        for versioning in ("true", "false"):
            expiry = self.rule(EncodedSources="expire", EncodedSourcesDays="7", Versioning=versioning)
            self.assertEqual(expiry["NoncurrentVersionExpiration"], {"NoncurrentDays": "7"})
