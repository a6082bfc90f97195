//! Runtime images: in this program, or in a folder.

use std::{cell::RefCell, collections::BTreeMap, env, fs, path::PathBuf};

use async_trait::async_trait;
use cloud::Runtimes;
use sandbox::Image;

/// The images that were there when this program was built.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/guests.rs"));

/// The variable that names the folder of the images.
const VARIABLE: &str = "SAMLET_GUESTS";

/// Images, each booted once.
pub struct Guests {
    folder: Option<PathBuf>,
    booted: RefCell<BTreeMap<String, Image>>,
}

impl Guests {
    /// Images from `folder`, or else from where the environment or this program has them.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder: folder.or_else(|| env::var_os(VARIABLE).map(PathBuf::from)), booted: RefCell::default() }
    }

    fn load(&self, name: &str) -> Result<Image, String> {
        if let Some(folder) = &self.folder {
            let file = folder.join(format!("{name}.wasm"));
            let bytes = fs::read(&file).map_err(|error| format!("The runtime image {}: {error}", file.display()))?;
            return boot(name, &bytes);
        }
        let built_in = BUILT_IN.iter().find(|(known, _)| *known == name);
        let (_, bytes) = built_in.ok_or_else(|| {
            format!("This samlet was built without the runtime image {name}: name its folder by --guests or {VARIABLE}")
        })?;
        boot(name, bytes)
    }
}

#[async_trait(?Send)]
impl Runtimes for Guests {
    async fn image(&self, name: &str) -> Result<Image, String> {
        if let Some(image) = self.booted.borrow().get(name) {
            return Ok(image.clone());
        }
        let image = self.load(name)?;
        self.booted.borrow_mut().insert(name.to_owned(), image.clone());
        Ok(image)
    }
}

fn boot(name: &str, wasm: &[u8]) -> Result<Image, String> {
    Image::new(name, wasm).map_err(|error| format!("The runtime image {name} does not start: {error}"))
}
