use kernel::{Caller, DEFAULT_ACCOUNT, DEFAULT_REGION, ResourceContext};

use super::*;

fn context(kernel: &Kernel, logical_id: &str, resource_type: &str) -> ResourceContext {
    ResourceContext {
        kernel: kernel.clone(),
        account: DEFAULT_ACCOUNT.to_owned(),
        region: DEFAULT_REGION.to_owned(),
        caller: Caller::Root { account: DEFAULT_ACCOUNT.to_owned() },
        stack_name: "music".to_owned(),
        stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/music/1".to_owned(),
        logical_id: logical_id.to_owned(),
        resource_type: resource_type.to_owned(),
    }
}

#[test]
fn a_template_makes_a_cluster_with_its_groups_and_takes_them_away() {
    run(|client| async move {
        let kernel = &client.0;
        let provider = kernel.resource_types.get("AWS::DAX::Cluster").unwrap();
        let parameters = context(kernel, "Parameters", "AWS::DAX::ParameterGroup");
        let cluster = context(kernel, "Cache", "AWS::DAX::Cluster");
        let values = json!({"ParameterNameValues": {"query-ttl-millis": 1000}});
        let group = provider.create(&parameters, &values).await.unwrap().physical_id;
        let told = client.ok("DescribeParameters", json!({"ParameterGroupName": group})).await;
        assert_eq!(told["Parameters"][0]["ParameterValue"], "1000");

        let old = json!({
            "IAMRoleARN": "arn:aws:iam::123456789012:role/dax", "NodeType": "dax.t3.small", "ReplicationFactor": "1",
            "ParameterGroupName": group, "SSESpecification": {"SSEEnabled": "true"}, "Tags": {"team": "music"},
        });
        let made = provider.create(&cluster, &old).await.unwrap();
        let endpoint = made.attributes["ClusterDiscoveryEndpoint"].as_str().unwrap();
        assert!(endpoint.ends_with(".dax-clusters.us-east-1.amazonaws.com:8111"), "{endpoint}");
        assert!(made.physical_id.len() <= 20);

        let mut new = old.clone();
        new["ReplicationFactor"] = json!(2);
        new["Tags"] = json!({"stage": "test"});
        provider.update(&cluster, &made.physical_id, &old, &new).await.unwrap();
        let described = client.ok("DescribeClusters", json!({})).await["Clusters"][0].clone();
        assert_eq!((&described["TotalNodes"], &described["SSEDescription"]["Status"]), (&json!(2), &json!("ENABLED")));
        let tags = client.ok("ListTags", json!({"ResourceName": made.attributes["Arn"]})).await;
        assert_eq!(tags["Tags"], json!([{"Key": "stage", "Value": "test"}]));

        for _ in 0..2 {
            provider.delete(&cluster, &made.physical_id, &new).await.unwrap();
            provider.delete(&parameters, &group, &values).await.unwrap();
        }
        assert_eq!(client.ok("DescribeClusters", json!({})).await["Clusters"], json!([]));
    });
}
