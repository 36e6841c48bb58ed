"""What reaches the operator: every event's way is allowed as AWS's documentation has it. moto evaluates no policies of
topics and queues, so the rules are here."""
import unittest

from created import Stack
from translated import ACCOUNT, IMAGE, PSEUDO, resolve, template

EVENTBRIDGE = "events.amazonaws.com"


def resolved(**parameters):
    return resolve(template(), {"WorkerImage": IMAGE} | parameters, PSEUDO)["Resources"]


def of_type(resources, kind):
    return {name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == kind}


def listed(value):
    return value if isinstance(value, list) else [value]


def statements(resources, kind, attribute, target):
    """The statements that let EventBridge into a topic or a queue."""
    for policy in of_type(resources, kind).values():
        if {"Ref": target} in policy[attribute]:
            for statement in policy["PolicyDocument"]["Statement"]:
                principal = statement["Principal"]
                services = listed(principal["Service"]) if isinstance(principal, dict) else []
                if statement["Effect"] == "Allow" and EVENTBRIDGE in services:
                    yield statement


def may_publish(resources, topic):
    """"You can't use Condition blocks in Amazon SNS topic policies for EventBridge": "Using resource-based policies for
    Amazon EventBridge", Amazon EventBridge User Guide."""
    return any("Condition" not in statement for statement in statements(
        resources, "AWS::SNS::TopicPolicy", "Topics", topic))


def may_send(resources, queue, rule):
    """"Amazon SQS permissions", the same page: aws:SourceArn is the rule's."""
    arn = {"Fn::GetAtt": [rule, "Arn"]}
    return any(
        arn in listed(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
        and statement["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
        for statement in statements(resources, "AWS::SQS::QueuePolicy", "Queues", queue))


class Rules(unittest.TestCase):
    def check(self, resources):
        rules = of_type(resources, "AWS::Events::Rule")
        for rule, settings in rules.items():
            for target in settings["Targets"]:
                with self.subTest(rule=rule, target=target["Id"]):
                    match target["Arn"]:
                        case {"Ref": topic}:
                            self.assertTrue(may_publish(resources, topic))
                        case {"Fn::GetAtt": [name, "Arn"]} if resources[name]["Type"] == "AWS::SQS::Queue":
                            self.assertTrue(may_send(resources, name, rule))
                        case {"Fn::GetAtt": [name, "Arn"]}:
                            self.assertEqual(resources[name]["Type"], "AWS::Lambda::Function")
                    self.assertIn("DeadLetterConfig", target)
                    [dead, _] = target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"]
                    self.assertTrue(may_send(resources, dead, rule))
        return set(rules)

    def test_every_target_can_be_reached(self):
        self.assertEqual(self.check(resolved()), {"FailedJobs", "BlockedQueue"})
        self.assertEqual(self.check(resolved(NotifyEmail="me@example.com")), {"FailedJobs", "BlockedQueue"})
        existing = resolved(BucketExists="true", BucketName="my-videos")
        self.assertEqual(self.check(existing), {"FailedJobs", "BlockedQueue", "Uploads"})

    def test_a_condition_on_a_topic_is_recognized(self):
        """The check itself."""
        def policy(**more):
            statement = {"Effect": "Allow", "Principal": {"Service": EVENTBRIDGE}, "Action": "sns:Publish"} | more
            return {"Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {
                "Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": [statement]}}}}

        self.assertTrue(may_publish(policy(), "Topic"))
        condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        self.assertFalse(may_publish(policy(Condition=condition), "Topic"))

    def test_which_events(self):
        resources = resolved()
        pattern = resources["FailedJobs"]["Properties"]["EventPattern"]
        self.assertEqual(pattern["detail-type"], ["Batch Job State Change"])
        self.assertEqual(pattern["detail"], {"jobQueue": [{"Ref": "JobQueue"}], "status": ["FAILED"]})
        pattern = resources["BlockedQueue"]["Properties"]["EventPattern"]
        self.assertEqual(pattern["detail-type"], ["Batch Job Queue Blocked"])
        self.assertEqual(pattern["detail"], {"jobQueue": [{"Ref": "JobQueue"}]})

    def test_helpers_are_left_out(self):
        """The job of the video reports what a helper can't do, and cancels those that still wait: those are FAILED, too."""
        resources = resolved()
        self.assertIn("HelperQueue", resources)
        for name in ("FailedJobs", "BlockedQueue"):
            self.assertNotIn({"Ref": "HelperQueue"}, resources[name]["Properties"]["EventPattern"]["detail"]["jobQueue"])

    def test_they_are_kept_without_an_address_too(self):
        with Stack() as stack:
            queue = stack.client("sqs").get_queue_attributes(
                QueueUrl=stack.outputs["FailedJobs"], AttributeNames=["All"])["Attributes"]
            self.assertEqual(queue["MessageRetentionPeriod"], "1209600")
            self.assertEqual(queue["SqsManagedSseEnabled"], "true")
            events = stack.client("events")
            for rule in events.list_rules()["Rules"]:
                [target] = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
                self.assertEqual(target["Arn"], queue["QueueArn"])


class Messages(unittest.TestCase):
    def test_only_where_they_are_wanted(self):
        def kinds(**parameters):
            return {resource["Type"] for resource in resolved(**parameters).values()}

        messages = {"AWS::SNS::Topic", "AWS::CloudWatch::Alarm", "AWS::Budgets::Budget"}
        self.assertFalse(messages & kinds())
        self.assertEqual(messages & kinds(NotifyEmail="me@example.com"), messages - {"AWS::Budgets::Budget"})
        self.assertEqual(messages & kinds(NotifyEmail="me@example.com", MonthlyBudget="50"), messages)

    def test_one_for_many_failed_jobs(self):
        """Events are counted over a quarter of an hour; none is a mail."""
        resources = resolved(NotifyEmail="me@example.com")
        for settings in of_type(resources, "AWS::Events::Rule").values():
            self.assertNotIn({"Ref": "Messages"}, [target["Arn"] for target in settings["Targets"]])
        for alarm, rule in (("JobsFailed", "FailedJobs"), ("QueueBlocked", "BlockedQueue")):
            settings = resources[alarm]["Properties"]
            self.assertEqual((settings["Namespace"], settings["MetricName"]), ("AWS/Events", "Invocations"))
            self.assertEqual(settings["Dimensions"], [{"Name": "RuleName", "Value": {"Ref": rule}}])
            self.assertEqual((settings["Statistic"], settings["Period"], settings["Threshold"]), ("Sum", 900, 0))

    def test_cloudwatch_may_publish(self):
        [policy] = of_type(resolved(NotifyEmail="me@example.com"), "AWS::SNS::TopicPolicy").values()
        [statement] = policy["PolicyDocument"]["Statement"]
        self.assertEqual(statement["Principal"], {"Service": "cloudwatch.amazonaws.com"})
        self.assertEqual(statement["Condition"], {"StringEquals": {"aws:SourceAccount": ACCOUNT}})

    def test_they_tell_which_command_lists_the_names(self):
        """1,024 characters at most: PutMetricAlarm, Amazon CloudWatch API Reference."""
        alarms = of_type(resolved(NotifyEmail="me@example.com"), "AWS::CloudWatch::Alarm")
        for alarm, command in (
            ("JobsFailed", "aws batch list-jobs --job-queue ${JobQueue} --job-status FAILED"),
            ("QueueBlocked", "aws batch list-jobs --job-queue ${JobQueue} --job-status RUNNABLE"),
            ("EventsFailed", "aws sqs receive-message --region us-east-1 --queue-url ${FailedEvents}"),
        ):
            text = alarms[alarm]["AlarmDescription"]["Fn::Sub"]
            self.assertIn(command, text)
            self.assertLess(len(text), 800)
            self.assertEqual(alarms[alarm]["AlarmActions"], [{"Ref": "Messages"}])
