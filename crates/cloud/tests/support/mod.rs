//! What the tests of a whole cloud share.

use std::rc::Rc;

use cloud::{Cloud, Runtimes};
use kernel::{Kernel, async_trait};

/// Functions can be made, but not run.
struct NoRuntimes;

#[async_trait(?Send)]
impl Runtimes for NoRuntimes {
    async fn image(&self, name: &str) -> Result<sandbox::Image, String> {
        Err(format!("no {name} here"))
    }
}

/// All services on `kernel`; no function can run.
pub async fn open(kernel: &Kernel) -> Rc<Cloud> {
    Cloud::on(kernel.clone(), Rc::new(NoRuntimes)).await.unwrap()
}
