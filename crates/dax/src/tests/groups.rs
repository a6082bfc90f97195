use super::*;

#[test]
fn a_parameter_group_holds_the_lives_of_both_caches() {
    run(|client| async move {
        client.ok("CreateParameterGroup", json!({"ParameterGroupName": "short"})).await;
        let values = json!([{"ParameterName": "record-ttl-millis", "ParameterValue": "60000"}]);
        client.ok("UpdateParameterGroup", json!({"ParameterGroupName": "short", "ParameterNameValues": values})).await;
        let parameters = client.ok("DescribeParameters", json!({"ParameterGroupName": "short"})).await;
        let value = |position: usize| parameters["Parameters"][position]["ParameterValue"].clone();
        assert_eq!((value(0), value(1)), (json!("300000"), json!("60000")));
        let defaults = client.ok("DescribeDefaultParameters", json!({})).await;
        assert_eq!(defaults["Parameters"][1]["ParameterValue"], "300000");

        for (name, value) in [("record-ttl-millis", "soon"), ("page-size", "1")] {
            let values = json!([{"ParameterName": name, "ParameterValue": value}]);
            let input = json!({"ParameterGroupName": "short", "ParameterNameValues": values});
            assert_eq!(client.refused("UpdateParameterGroup", input).await.0, "InvalidParameterValueException");
        }
    });
}

#[test]
fn a_group_in_use_stays_and_so_do_those_of_aws() {
    run(|client| async move {
        client.ok("CreateParameterGroup", json!({"ParameterGroupName": "short"})).await;
        let subnets = json!({"SubnetGroupName": "private", "SubnetIds": ["subnet-0123abcd", "subnet-4567abcd"]});
        let made = client.ok("CreateSubnetGroup", subnets).await;
        assert_eq!(made["SubnetGroup"]["Subnets"][1]["SubnetAvailabilityZone"], "us-east-1b");
        let mut input = music(1);
        input["ParameterGroupName"] = json!("short");
        input["SubnetGroupName"] = json!("private");
        client.ok("CreateCluster", input).await;
        for (operation, member, name, code) in [
            ("DeleteParameterGroup", "ParameterGroupName", "short", "InvalidParameterGroupStateFault"),
            ("DeleteSubnetGroup", "SubnetGroupName", "private", "SubnetGroupInUseFault"),
            ("DeleteParameterGroup", "ParameterGroupName", "default.dax1.0", "InvalidParameterValueException"),
            ("DeleteSubnetGroup", "SubnetGroupName", "default", "InvalidParameterValueException"),
            ("DeleteSubnetGroup", "SubnetGroupName", "none", "SubnetGroupNotFoundFault"),
        ] {
            assert_eq!(client.refused(operation, json!({ member: name })).await.0, code, "{name}");
        }
        let reserved = client.refused("DeleteSubnetGroup", json!({"SubnetGroupName": "default"})).await;
        assert_eq!(reserved.1, "default is reserved and cannot be modified.");
        let none = json!({"SubnetGroupName": "other", "SubnetIds": ["here"]});
        assert_eq!(client.refused("CreateSubnetGroup", none).await.0, "InvalidSubnet");
    });
}
