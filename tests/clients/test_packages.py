"""What lies in S3: the AWS CLI packages a SAM project into a bucket and deploys it from there."""

import json

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      CodeUri: src
Outputs:
  Name:
    Value: !Ref Hello
"""


def test_the_aws_cli_packages_and_deploys(host, name, tmp_path):
    bucket = name.lower()
    host.client("s3").create_bucket(Bucket=bucket)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/index.mjs").write_text("export const handler = async () => 'from a bucket';")
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    packaged = str(tmp_path / "packaged.yaml")
    template = str(tmp_path / "template.yaml")
    files = ["--template-file", template, "--output-template-file", packaged]
    host.cli("cloudformation", "package", *files, "--s3-bucket", bucket)
    stack = ["--template-file", packaged, "--stack-name", name, "--capabilities", "CAPABILITY_IAM"]
    host.cli("cloudformation", "deploy", *stack, "--s3-bucket", bucket, "--force-upload")
    stack = host.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    function = stack["Outputs"][0]["OutputValue"]
    answer = host.client("lambda").invoke(FunctionName=function)
    assert json.load(answer["Payload"]) == "from a bucket"
