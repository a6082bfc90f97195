//! The virtual clock across restarts.

use std::time::Duration;

use kernel::{AwsError, Batch, Kernel, Space, StorageError, Timestamp};

const SPACE: Space = Space::new("clock");

/// Moves the virtual clock and remembers how far it is ahead, so that a cloud that is opened again
/// never goes back in time.
#[derive(Clone)]
pub struct VirtualTime {
    kernel: Kernel,
}

impl VirtualTime {
    pub(crate) async fn restore(kernel: &Kernel) -> Result<Self, StorageError> {
        let mut lead = 0.0;
        let read = |(_, value): kernel::Entry| {
            lead = <[u8; 8]>::try_from(&value[..]).map_or(0.0, f64::from_le_bytes);
        };
        kernel.storage.load(&SPACE, read).await?;
        kernel.clock.set_lead_millis(lead);
        Ok(Self { kernel: kernel.clone() })
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        self.kernel.clock.now()
    }

    /// Moves forward by `duration`, firing every timer on the way.
    ///
    /// # Errors
    /// When the new time cannot be kept; the clock has moved all the same.
    pub async fn advance(&self, duration: Duration) -> Result<(), AwsError> {
        self.kernel.clock.advance(duration).await;
        self.keep().await
    }

    /// Stops or resumes virtual time.
    ///
    /// # Errors
    /// When the new time cannot be kept; the clock has changed all the same.
    pub async fn set_paused(&self, paused: bool) -> Result<(), AwsError> {
        self.kernel.clock.set_paused(paused);
        self.keep().await
    }

    /// Runs virtual time `rate` times as fast as wall time.
    ///
    /// # Errors
    /// When the new time cannot be kept; the clock has changed all the same.
    pub async fn set_rate(&self, rate: f64) -> Result<(), AwsError> {
        self.kernel.clock.set_rate(rate);
        self.keep().await
    }

    async fn keep(&self) -> Result<(), AwsError> {
        let mut batch = Batch::default();
        batch.put(&SPACE, "lead", self.kernel.clock.lead_millis().to_le_bytes().to_vec());
        self.kernel.storage.commit(batch).await.map_err(|error| AwsError::internal(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{MemoryBackend, testing};
    use std::rc::Rc;

    #[test]
    fn a_cloud_that_is_opened_again_never_goes_back_in_time() {
        let backend = Rc::new(MemoryBackend::default());
        testing::run_on(backend.clone(), |kernel| async move {
            let time = VirtualTime::restore(&kernel).await.unwrap();
            time.advance(Duration::from_secs(3600)).await.unwrap();
        });
        testing::run_on(backend, |kernel| async move {
            let before = kernel.clock.now();
            let time = VirtualTime::restore(&kernel).await.unwrap();
            assert_eq!(time.now().since(before), Duration::from_secs(3600));
        });
    }
}
