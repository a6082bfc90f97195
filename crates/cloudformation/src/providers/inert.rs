//! Types behind which nothing stands: they only give a template something to refer to.

use kernel::{AwsError, Created, ResourceContext, ResourceProvider, async_trait};
use serde_json::{Map, Value};

const WAIT_HANDLE: &str = "AWS::CloudFormation::WaitConditionHandle";

/// Makes nothing.
pub(crate) struct Inert;

#[async_trait(?Send)]
impl ResourceProvider for Inert {
    fn types(&self) -> &'static [&'static str] {
        &["AWS::CDK::Metadata", WAIT_HANDLE]
    }

    fn replaces(&self, _: &str, _: &str) -> bool {
        false
    }

    async fn create(&self, context: &ResourceContext, _: &Value) -> Result<Created, AwsError> {
        let physical_id = match context.resource_type.as_str() {
            WAIT_HANDLE => {
                let (region, id) = (&context.region, &context.logical_id);
                format!("https://cloudformation-waitcondition-{region}.s3.amazonaws.com/{id}")
            }
            _ => context.kernel.rng.uuid(),
        };
        Ok(Created { physical_id, attributes: Map::new() })
    }

    async fn update(&self, _: &ResourceContext, physical_id: &str, _: &Value, _: &Value) -> Result<Created, AwsError> {
        Ok(Created { physical_id: physical_id.to_owned(), attributes: Map::new() })
    }

    async fn delete(&self, _: &ResourceContext, _: &str, _: &Value) -> Result<(), AwsError> {
        Ok(())
    }
}
