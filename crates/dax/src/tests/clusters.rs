use std::rc::Rc;

use kernel::{MemoryBackend, testing};

use super::*;

#[test]
fn a_cluster_tells_its_endpoint_when_it_is_available_and_goes_in_steps() {
    run(|client| async move {
        let made = client.ok("CreateCluster", music(2)).await["Cluster"].clone();
        assert_eq!((&made["ClusterName"], &made["Status"]), (&json!("music"), &json!("creating")));
        assert_eq!(made["ClusterDiscoveryEndpoint"], json!({"Port": 8111}));
        assert!(made.get("Nodes").is_none());
        client.wait(6000).await;

        let music = client.music().await;
        assert_eq!((&music["Status"], &music["ActiveNodes"]), (&json!("available"), &json!(2)));
        let address = music["ClusterDiscoveryEndpoint"]["Address"].as_str().unwrap();
        assert!(address.starts_with("music.") && address.ends_with(".dax-clusters.us-east-1.amazonaws.com"));
        assert_eq!(music["ClusterDiscoveryEndpoint"]["URL"], format!("dax://{address}"));
        assert_eq!(music["Nodes"][1]["NodeId"], "music-b");
        assert_eq!(music["Nodes"][1]["AvailabilityZone"], "us-east-1b");

        client.ok("DeleteCluster", json!({"ClusterName": "music"})).await;
        assert_eq!(client.music().await["Status"], "deleting");
        client.wait(4000).await;
        let gone = client.refused("DescribeClusters", json!({"ClusterNames": ["music"]})).await;
        assert_eq!(gone, ("ClusterNotFoundFault".to_owned(), "Cluster music not found.".to_owned()));
        let events = client.ok("DescribeEvents", json!({"SourceType": "CLUSTER", "SourceName": "music"})).await;
        let told: Vec<&str> =
            events["Events"].as_array().unwrap().iter().map(|event| event["Message"].as_str().unwrap()).collect();
        assert_eq!(told, ["Cluster deleted.", "Removed node music-b.", "Removed node music-a.", "Cluster created."]);
    });
}

#[test]
fn a_cluster_grows_and_shrinks_one_change_at_a_time() {
    run(|client| async move {
        client.ok("CreateCluster", music(1)).await;
        let busy = client.refused("DeleteCluster", json!({"ClusterName": "music"})).await;
        assert_eq!(busy.0, "InvalidClusterStateFault");
        client.wait(6000).await;
        let grown =
            client.ok("IncreaseReplicationFactor", json!({"ClusterName": "music", "NewReplicationFactor": 3})).await;
        assert_eq!(grown["Cluster"]["Status"], "modifying");
        assert_eq!(grown["Cluster"]["Nodes"][2], json!({"NodeId": "music-c", "NodeStatus": "creating"}));
        client.wait(4000).await;
        assert_eq!(client.music().await["ActiveNodes"], 3);

        let fewer = json!({"ClusterName": "music", "NewReplicationFactor": 2, "NodeIdsToRemove": ["music-b"]});
        let shrunk = client.ok("DecreaseReplicationFactor", fewer).await;
        assert_eq!(shrunk["Cluster"]["NodeIdsToRemove"], json!(["music-b"]));
        client.wait(4000).await;
        let nodes = client.music().await["Nodes"].clone();
        assert_eq!((&nodes[0]["NodeId"], &nodes[1]["NodeId"]), (&json!("music-a"), &json!("music-c")));

        let stranger = client.refused("RebootNode", json!({"ClusterName": "music", "NodeId": "music-b"})).await;
        assert_eq!(stranger.0, "NodeNotFoundFault");
        let rebooted = client.ok("RebootNode", json!({"ClusterName": "music", "NodeId": "music-c"})).await;
        assert_eq!(rebooted["Cluster"]["Nodes"][1]["NodeStatus"], "rebooting");
    });
}

#[test]
fn what_cannot_be_is_refused() {
    run(|client| async move {
        let with = |member: &str, value: Value| {
            let mut input = music(1);
            input[member] = value;
            input
        };
        for (input, code) in [
            (with("NodeType", json!("dax.x1.small")), "InvalidParameterValueException"),
            (with("IamRoleArn", json!("dax-role")), "InvalidParameterValueException"),
            (with("ClusterName", json!("a--b")), "InvalidParameterValueException"),
            (with("ReplicationFactor", json!(12)), "NodeQuotaForClusterExceededFault"),
            (with("SubnetGroupName", json!("nowhere")), "SubnetGroupNotFoundFault"),
            (with("ParameterGroupName", json!("none")), "ParameterGroupNotFoundFault"),
            (with("AvailabilityZones", json!(["us-east-1a", "us-east-1b"])), "InvalidParameterCombinationException"),
            (json!({}), "InvalidParameterValueException"),
        ] {
            assert_eq!(client.refused("CreateCluster", input.clone()).await.0, code, "{input}");
        }
        client.ok("CreateCluster", music(1)).await;
        assert_eq!(client.refused("CreateCluster", music(1)).await.0, "ClusterAlreadyExistsFault");
        assert_eq!(
            client.refused("DescribeClusters", json!({"MaxResults": 5})).await.0,
            "InvalidParameterValueException"
        );
    });
}

#[test]
fn tags_belong_to_the_cluster_s_arn() {
    run(|client| async move {
        let mut input = music(1);
        input["Tags"] = json!([{"Key": "team", "Value": "music"}]);
        let arn = client.ok("CreateCluster", input).await["Cluster"]["ClusterArn"].clone();
        assert_eq!(arn, "arn:aws:dax:us-east-1:123456789012:cache/music");
        client.ok("TagResource", json!({"ResourceName": arn, "Tags": [{"Key": "stage"}]})).await;
        client.ok("UntagResource", json!({"ResourceName": arn, "TagKeys": ["team"]})).await;
        let tags = client.ok("ListTags", json!({"ResourceName": arn})).await;
        assert_eq!(tags["Tags"], json!([{"Key": "stage", "Value": ""}]));
        let untag = json!({"ResourceName": arn, "TagKeys": ["team"]});
        assert_eq!(client.refused("UntagResource", untag).await.0, "TagNotFoundFault");
        assert_eq!(client.refused("ListTags", json!({"ResourceName": "music"})).await.0, "InvalidARNFault");
    });
}

#[test]
fn a_cluster_goes_on_where_it_stood_when_the_cloud_is_opened_again() {
    let backend = Rc::new(MemoryBackend::default());
    testing::run_on(backend.clone(), |kernel| async move {
        Dax::open(&kernel).await.unwrap();
        Client(Rc::new(kernel)).ok("CreateCluster", music(1)).await;
    });
    testing::run_on(backend, |kernel| async move {
        Dax::open(&kernel).await.unwrap();
        let client = Client(Rc::new(kernel));
        assert_eq!(client.music().await["Status"], "creating");
        client.wait(6000).await;
        assert_eq!(client.music().await["Status"], "available");
    });
}
