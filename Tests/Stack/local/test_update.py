"""Uploads before, during and after an update of the stack: each is encoded, with the settings of its time."""
import unittest

from local.test_pipeline import Running, clip


class Update(Running):
    def encoded(self, name, count):
        """The revision of the job definition of an upload's job, and the CRF in its report."""
        self.put(f"input/preserve/{name}", clip("320x240", 25))
        job = next(job for job in self.over(count) if job.key.endswith(name))
        self.assertEqual((job.status, [end.exit_code for end in job.attempts]), ("SUCCEEDED", [0]))
        return job.definition["revision"], self.report(f"preserve/{name}")["settings"]["crf"]

    def test_no_upload_is_lost(self):
        self.assertEqual(self.encoded("before.mp4", 1), (1, 24))
        self.pipeline.begin_update({"Preset": "ultrafast", "Crf": "26"})
        # CloudFormation changes the function after the job definition, and not at all if something else fails before.
        self.assertEqual(self.encoded("during.mp4", 2), (1, 24))
        self.pipeline.end_update()
        self.assertEqual(self.encoded("after.mp4", 3), (2, 26))


if __name__ == "__main__":
    unittest.main()
