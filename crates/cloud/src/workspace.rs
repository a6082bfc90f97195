use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use kernel::{Host, Request, Response, StorageBackend, StorageError};

use crate::{Cloud, Runtimes, mortal::Mortal};

/// A cloud, and what is needed to open it anew: the one thing that a host keeps for as long as it
/// runs.
pub struct Workspace {
    host: Rc<dyn Host>,
    backend: Rc<dyn StorageBackend>,
    runtimes: Rc<dyn Runtimes>,
    current: RefCell<Option<Current>>,
}

struct Current {
    cloud: Rc<Cloud>,
    host: Rc<Mortal>,
}

impl Workspace {
    /// Opens the cloud that `backend` holds.
    ///
    /// # Errors
    /// When the store cannot be read, or a newer version of Samlet has written it.
    pub async fn open(
        host: Rc<dyn Host>,
        backend: Rc<dyn StorageBackend>,
        runtimes: Rc<dyn Runtimes>,
    ) -> Result<Rc<Self>, StorageError> {
        let workspace = Rc::new(Self { host, backend, runtimes, current: RefCell::default() });
        workspace.start().await?;
        Ok(workspace)
    }

    /// The cloud of this moment: after a reset it is another one.
    ///
    /// # Errors
    /// When a reset could not open a new cloud.
    pub fn cloud(&self) -> Result<Rc<Cloud>, StorageError> {
        let current = self.current.borrow();
        let closed = || StorageError::Backend("the cloud could not be opened anew".to_owned());
        current.as_ref().map(|current| current.cloud.clone()).ok_or_else(closed)
    }

    /// Answers any request, unless there is no cloud.
    ///
    /// # Errors
    /// When a reset could not open a new cloud.
    pub async fn handle(&self, request: Request) -> Result<Response, StorageError> {
        let cloud = self.cloud()?;
        Ok(cloud.handle(request).await)
    }

    async fn start(self: &Rc<Self>) -> Result<(), StorageError> {
        let host = Rc::new(Mortal::new(self.host.clone()));
        let cloud = Cloud::open(host.clone(), self.backend.clone(), self.runtimes.clone()).await?;
        let workspace = Rc::downgrade(self);
        cloud.control().set_reset(Box::new(move || Box::pin(reset(workspace.clone()))));
        *self.current.borrow_mut() = Some(Current { cloud, host });
        Ok(())
    }
}

/// Ends the cloud, deletes all of its data, and opens an empty one.
async fn reset(workspace: Weak<Workspace>) -> Result<(), StorageError> {
    let Some(workspace) = workspace.upgrade() else { return Ok(()) };
    let current = workspace.current.borrow_mut().take();
    if let Some(current) = current {
        current.host.end();
    }
    workspace.backend.clear().await?;
    workspace.start().await
}
