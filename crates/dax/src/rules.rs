//! What DAX refuses, and in which words.

use kernel::AwsError;

/// Nodes of one cluster: a primary and ten replicas.
pub const MAX_NODES: u64 = 11;
/// Nodes of all clusters in a region.
pub const MAX_NODES_OF_REGION: usize = 50;
/// Parameter groups in a region.
pub const MAX_PARAMETER_GROUPS: usize = 20;
/// Subnet groups in a region, and subnets of one group.
pub const MAX_SUBNET_GROUPS: usize = 50;
/// See [`MAX_SUBNET_GROUPS`].
pub const MAX_SUBNETS: usize = 20;
/// Tags of a cluster.
pub const MAX_TAGS: usize = 50;

/// The families of node types, each with its sizes.
const NODE_TYPES: [(&str, &[&str]); 6] = [
    ("dax.r3.", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"]),
    ("dax.r4.", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"]),
    ("dax.r5.", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"]),
    ("dax.r7i.", &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"]),
    ("dax.t2.", &["small", "medium"]),
    ("dax.t3.", &["small", "medium"]),
];

/// A value that cannot be.
pub fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("InvalidParameterValueException", message)
}

/// There is no such cluster. Only DescribeClusters names it.
pub fn no_cluster(name: Option<&str>) -> AwsError {
    let message = name.map_or_else(|| "Cluster not found.".to_owned(), |name| format!("Cluster {name} not found."));
    AwsError::new("ClusterNotFoundFault", message)
}

/// The cluster is in the midst of something else.
pub fn busy(name: &str, doing: &str) -> AwsError {
    AwsError::new("InvalidClusterStateFault", format!("Cluster {name} is being {doing}"))
}

/// There is no such node.
pub fn no_node(id: &str) -> AwsError {
    AwsError::new("NodeNotFoundFault", format!("Node {id} not found."))
}

/// There is no such parameter group.
pub fn no_parameter_group(name: &str) -> AwsError {
    AwsError::new("ParameterGroupNotFoundFault", format!("Parameter group {name} not found."))
}

/// There is no such subnet group.
pub fn no_subnet_group(name: &str) -> AwsError {
    AwsError::new("SubnetGroupNotFoundFault", format!("Subnet group {name} not found."))
}

/// What AWS made itself stays as it is.
pub fn reserved(name: &str) -> AwsError {
    invalid(format!("{name} is reserved and cannot be modified."))
}

/// A cluster's name, which is kept in lower case: at most 20 letters, digits and hyphens.
pub fn cluster_name(name: &str) -> Result<String, AwsError> {
    let name = name.to_ascii_lowercase();
    if is_identifier(&name) && name.len() <= 20 {
        return Ok(name);
    }
    Err(invalid(
        "Cluster ID specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII \
         letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    ))
}

/// A group's name, which is kept in lower case; `what` says of which kind.
pub fn group_name(what: &str, name: &str) -> Result<String, AwsError> {
    let name = name.to_ascii_lowercase();
    if is_identifier(&name) && name.len() <= 255 {
        return Ok(name);
    }
    Err(invalid(format!(
        "{what} specified is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII \
         letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )))
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.ends_with('-')
        && !name.contains("--")
}

/// An ARN, in the words of the parser that AWS uses.
pub fn arn(text: &str) -> Result<(), AwsError> {
    const MISSING: [&str; 4] = [
        "Second colon partition not found",
        "Third colon vendor not found",
        "Fourth colon (region/namespace delimiter) not found",
        "Fifth colon (namespace/relative-id delimiter) not found",
    ];
    if !text.starts_with("arn:") {
        return Err(invalid(format!("ARNs must start with 'arn:': {text}")));
    }
    match MISSING.get(text.matches(':').count().saturating_sub(1)) {
        Some(missing) => Err(invalid(format!("{missing}: {text}"))),
        None => Ok(()),
    }
}

/// A type of node that there is.
pub fn node_type(name: &str) -> Result<(), AwsError> {
    let known =
        NODE_TYPES.iter().any(|(family, sizes)| name.strip_prefix(family).is_some_and(|size| sizes.contains(&size)));
    if known { Ok(()) } else { Err(invalid(format!("Unsupported node type: {name}"))) }
}

/// How many nodes a cluster may have beside the `others` of its region.
pub fn node_count(count: u64, others: usize) -> Result<usize, AwsError> {
    if count == 0 {
        return Err(invalid("Replication factor must be at least 1."));
    }
    if count > MAX_NODES {
        return Err(AwsError::new(
            "NodeQuotaForClusterExceededFault",
            format!("Clusters cannot have more than {MAX_NODES} nodes."),
        ));
    }
    let count = count as usize;
    if count + others > MAX_NODES_OF_REGION {
        return Err(AwsError::new(
            "NodeQuotaForCustomerExceededFault",
            format!("You cannot have more than {MAX_NODES_OF_REGION} nodes in a region."),
        ));
    }
    Ok(count)
}

/// An id of a subnet, as EC2 makes them.
pub fn subnet(id: &str) -> Result<(), AwsError> {
    let code = id.strip_prefix("subnet-").filter(|code| code.len() == 8 || code.len() == 17);
    if code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err(AwsError::new("InvalidSubnet", format!("Some input subnets in :[{id}] are invalid.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_s_name_is_kept_in_lower_case() {
        assert_eq!(cluster_name("Music-Cache").unwrap(), "music-cache");
        for name in ["", "1st", "a--b", "ends-", "a_b", "a-name-that-is-too-long"] {
            assert_eq!(cluster_name(name).unwrap_err().code, "InvalidParameterValueException", "{name}");
        }
    }

    #[test]
    fn an_arn_is_refused_at_its_first_missing_colon() {
        assert_eq!(arn("iam").unwrap_err().message, "ARNs must start with 'arn:': iam");
        assert_eq!(arn("arn:aws").unwrap_err().message, "Second colon partition not found: arn:aws");
        let almost = "arn:aws:iam::1234";
        let message = format!("Fifth colon (namespace/relative-id delimiter) not found: {almost}");
        assert_eq!(arn(almost).unwrap_err().message, message);
        assert_eq!(arn("arn:aws:iam::123456789012:role/dax"), Ok(()));
    }

    #[test]
    fn nodes_are_counted_by_cluster_and_by_region() {
        assert_eq!(node_count(11, 39).unwrap(), 11);
        assert_eq!(node_count(12, 0).unwrap_err().code, "NodeQuotaForClusterExceededFault");
        assert_eq!(node_count(3, 48).unwrap_err().code, "NodeQuotaForCustomerExceededFault");
    }
}
