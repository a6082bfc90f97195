"""CloudWatch with boto3, in each protocol that it speaks: metrics, alarms, embedded metrics, Insights."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer


@pytest.fixture(params=["json", "query", "smithy-rpc-v2-cbor"])
def cloudwatch(host, request):
    """A client that speaks one of the protocols, whatever boto3 would choose."""
    client = host.client("cloudwatch")
    client._serializer = create_serializer(request.param)
    client._response_parser = create_parser(request.param)
    client.meta.service_model.resolved_protocol = request.param
    return client


def around(now):
    return {"StartTime": now - timedelta(minutes=10), "EndTime": now + timedelta(minutes=2)}


def wait(until, seconds=90):
    end = time.monotonic() + seconds
    while not (found := until()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found


def test_values_go_in_and_statistics_come_out(cloudwatch, name):
    now = datetime.now(tz=UTC)
    dimensions = [{"Name": "shop", "Value": "<Bonn & Co>"}]
    datum = {"MetricName": "m", "Dimensions": dimensions, "Values": [1.0, 10.0], "Counts": [2, 4], "Unit": "Count"}
    cloudwatch.put_metric_data(Namespace=name, MetricData=[datum | {"Timestamp": now}])
    found = cloudwatch.get_metric_statistics(
        Namespace=name, MetricName="m", Dimensions=dimensions, Period=60, Statistics=["Sum", "Maximum"], **around(now)
    )
    (point,) = found["Datapoints"]
    assert (point["Sum"], point["Maximum"], point["Unit"]) == (42.0, 10.0, "Count")
    assert point["Timestamp"] == now.replace(second=0, microsecond=0)
    metric = {"Namespace": name, "MetricName": "m", "Dimensions": dimensions}
    queries = [
        {"Id": "p", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "p50"}},
        {"Id": "e", "Expression": "FLOOR(p / 3)", "Label": "third"},
    ]
    data = cloudwatch.get_metric_data(MetricDataQueries=queries, **around(now))
    assert [(r["Id"], r["Values"]) for r in data["MetricDataResults"]] == [("p", [10.0]), ("e", [3.0])]
    assert cloudwatch.list_metrics(Namespace=name)["Metrics"] == [metric]


def test_errors_have_the_codes_of_the_query_protocol(cloudwatch, name):
    for call, arguments, code in [
        ("put_metric_data", {"MetricData": [{"MetricName": "m", "Value": float("nan")}]}, "InvalidParameterValue"),
        (
            "put_metric_data",
            {"MetricData": [{"MetricName": "m", "Value": 1.0, "Values": [1.0]}]},
            "InvalidParameterCombination",
        ),
    ]:
        with pytest.raises(ClientError) as caught:
            getattr(cloudwatch, call)(Namespace=name, **arguments)
        assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError) as caught:
        cloudwatch.get_dashboard(DashboardName="none")
    assert caught.value.response["Error"]["Code"] == "ResourceNotFound"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_an_alarm_can_be_made_set_and_described(cloudwatch, name):
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="App",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=30,
        ComparisonOperator="GreaterThanThreshold",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="told so")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"], alarm["Threshold"]) == ("ALARM", "told so", 30.0)
    assert alarm["StateUpdatedTimestamp"] > datetime.now(tz=UTC) - timedelta(minutes=1)
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == [{"Key": "team", "Value": "a"}]
    cloudwatch.delete_alarms(AlarmNames=[name])


def test_a_function_is_measured_and_its_embedded_metrics_are_kept(host, function, name):
    embedded = {
        "_aws": {
            "CloudWatchMetrics": [
                {"Namespace": name, "Dimensions": [["service"]], "Metrics": [{"Name": "orders", "Unit": "Count"}]}
            ]
        },
        "service": "shop",
        "orders": 3,
    }
    created = function(
        f"export const handler = async () => {{ console.log(JSON.stringify({json.dumps(embedded)})); return 1 }}"
    )
    logs = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [logs]})
    host.client("iam").put_role_policy(RoleName=created, PolicyName="logs", PolicyDocument=policy)
    for _ in range(2):
        host.client("lambda").invoke(FunctionName=created)
    client, now = host.client("cloudwatch"), datetime.now(tz=UTC)

    def total(namespace, metric, dimension):
        found = client.get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            Dimensions=[dict(zip(["Name", "Value"], dimension, strict=True))],
            Period=3600,
            Statistics=["Sum"],
            StartTime=now - timedelta(hours=2),
            EndTime=now + timedelta(hours=2),
        )
        return sum(point["Sum"] for point in found["Datapoints"])

    assert total("AWS/Lambda", "Invocations", ("FunctionName", created)) == 2
    assert total("AWS/Lambda", "Errors", ("FunctionName", created)) == 0
    assert wait(lambda: total(name, "orders", ("service", "shop")) == 6)


def test_insights_finds_and_sums_up(host, name):
    logs, now = host.client("logs"), int(time.time() * 1000)
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="s")
    events = [json.dumps({"level": level, "ms": ms}) for level, ms in [("INFO", 1), ("ERROR", 5), ("ERROR", 7)]]
    events = [{"timestamp": now, "message": message} for message in events]
    logs.put_log_events(logGroupName=name, logStreamName="s", logEvents=events)
    query = logs.start_query(
        logGroupName=name,
        startTime=now // 1000 - 60,
        endTime=now // 1000 + 60,
        queryString="filter level = 'ERROR' | stats count(*) as n, max(ms) as worst by level",
    )["queryId"]
    answer = wait(lambda: (r := logs.get_query_results(queryId=query))["status"] == "Complete" and r)
    (row,) = answer["results"]
    assert {cell["field"]: cell["value"] for cell in row} == {"level": "ERROR", "n": "2", "worst": "7"}
    found = logs.filter_log_events(logGroupName=name, filterPattern="{ $.ms > 1 && $.level = ERR* }")["events"]
    assert len(found) == 2
