//! A runtime image: a guest that was booted once, and whose state is kept.

use crate::abi::{self, Border};
use crate::costs::block_costs;
use crate::limits::BYTES_COPIED_PER_FUEL;
use crate::snapshot::Snapshot;
use crate::{Error, Host, max_memory_bytes, program};
use std::cell::OnceCell;
use std::rc::Rc;
use wasmi::{CompilationMode, Config, CustomFuelCosts, Engine, ExternType, Instance, Linker, Memory, Module, Store};

/// A booted guest, from which sandboxes are cloned. Cheap to clone itself.
#[derive(Clone)]
pub struct Image(Rc<Inner>);

struct Inner {
    name: String,
    engine: Engine,
    linker: Linker<Border>,
    module: Module,
    /// What a runtime is after it has booted; a program has not run.
    snapshot: Option<Snapshot>,
    /// The memory of a sandbox that has not run, once somebody has asked for it.
    base: OnceCell<Option<Vec<u8>>>,
    /// Whether the guest has been started before it was copied.
    has_started: bool,
}

impl Image {
    /// Boots the guest and keeps its state. A guest that was [baked](crate::bake) is booted already.
    ///
    /// The module must be one that this project built: its functions are translated, and checked, only
    /// when they are first called.
    pub fn new(name: impl Into<String>, wasm: &[u8]) -> Result<Self, Error> {
        let name = name.into();
        let Booted { engine, linker, module, store, instance, memory, fresh } = boot(&name, wasm)?;
        let snapshot = Snapshot::take(&store, instance, memory, &fresh);
        Ok(Image(Rc::new(Inner {
            name,
            engine,
            linker,
            module,
            snapshot: Some(snapshot),
            has_started: false,
            base: OnceCell::new(),
        })))
    }

    /// The state of a sandbox of this image, which has started and stands still, as an image.
    pub(crate) fn of_sandbox(&self, store: &Store<Border>, instance: Instance, memory: Memory) -> Result<Image, Error> {
        let (fresh_store, _, fresh) = self.fresh_guest()?;
        let snapshot = Snapshot::take(store, instance, memory, fresh.data(&fresh_store));
        let Inner { name, engine, linker, module, .. } = &*self.0;
        Ok(Image(Rc::new(Inner {
            name: name.clone(),
            engine: engine.clone(),
            linker: linker.clone(),
            module: module.clone(),
            snapshot: Some(snapshot),
            has_started: true,
            base: OnceCell::new(),
        })))
    }

    /// Whether this is the state of a sandbox that has run.
    pub fn is_snapshot(&self) -> bool {
        self.0.has_started
    }

    /// A program for WASI preview 1, from whomever: the module is validated as a whole.
    ///
    /// It exports `_start`, which runs once, and `memory`.
    pub fn program(name: impl Into<String>, wasm: &[u8]) -> Result<Self, Error> {
        let name = name.into();
        let invalid = |reason: String| Error::InvalidGuest { name: name.clone(), reason };
        let engine = Engine::new(&config(CompilationMode::LazyTranslation));
        let linker = abi::linker(&engine).map_err(|error| invalid(error.to_string()))?;
        let module = Module::new(&engine, program::prepare(wasm)).map_err(|error| invalid(error.to_string()))?;
        let is_start = |export: Option<ExternType>| {
            export
                .as_ref()
                .and_then(ExternType::func)
                .is_some_and(|ty| ty.params().is_empty() && ty.results().is_empty())
        };
        if !is_start(module.get_export("_start")) {
            return Err(invalid("it exports no function _start, as a WASI command does".to_owned()));
        }
        if module.get_export("memory").as_ref().and_then(ExternType::memory).is_none() {
            return Err(invalid("it exports no memory".to_owned()));
        }
        Ok(Image(Rc::new(Inner {
            name,
            engine,
            linker,
            module,
            snapshot: None,
            has_started: false,
            base: OnceCell::new(),
        })))
    }

    /// Whether this is a program for WASI, not a runtime of this project.
    pub fn is_program(&self) -> bool {
        self.0.snapshot.is_none()
    }

    /// Whether the guest makes HTTP calls.
    pub fn calls_http(&self) -> bool {
        self.0.module.imports().any(|import| import.module() == "samlet" && import.name() == "http")
    }

    /// The name that the image was given.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The size of the memory of the booted guest.
    pub fn memory_bytes(&self) -> usize {
        if let Some(snapshot) = &self.0.snapshot {
            return snapshot.memory_len();
        }
        let memory = self.0.module.get_export("memory");
        let pages = memory.as_ref().and_then(ExternType::memory).map_or(0, |memory| memory.minimum());
        usize::try_from(pages << 16).unwrap_or(usize::MAX)
    }

    /// How many bytes are copied when a sandbox starts.
    pub fn stored_bytes(&self) -> usize {
        self.0.snapshot.as_ref().map_or(0, Snapshot::stored_len)
    }

    /// The memory of a sandbox that has not run; programs have none.
    pub(crate) fn base(&self) -> Option<&[u8]> {
        let copy = || {
            let (store, _, memory) = self.clone_guest(Border::new(boot_host(), max_memory_bytes())).ok()?;
            Some(memory.data(&store).to_vec())
        };
        if self.is_program() { None } else { self.0.base.get_or_init(copy).as_deref() }
    }

    /// A new instance as the module has it.
    pub(crate) fn fresh_guest(&self) -> Result<(Store<Border>, Instance, Memory), Error> {
        let Inner { name, engine, linker, module, .. } = &*self.0;
        instantiate(engine, linker, module, Border::new(boot_host(), max_memory_bytes()))
            .map_err(|error| Error::InvalidGuest { name: name.clone(), reason: error.to_string() })
    }

    /// A new instance with the state of the booted guest.
    pub(crate) fn clone_guest(&self, border: Border) -> Result<(Store<Border>, Instance, Memory), Error> {
        let Inner { name, engine, linker, module, snapshot, .. } = &*self.0;
        let invalid = |error: wasmi::Error| Error::InvalidGuest { name: name.clone(), reason: error.to_string() };
        if self.memory_bytes() > border.limits.memory_bytes {
            return Err(Error::MemoryLimitTooSmall {
                name: name.clone(),
                needed: self.memory_bytes(),
                limit: border.limits.memory_bytes,
            });
        }
        let (mut store, instance, memory) = instantiate(engine, linker, module, border).map_err(invalid)?;
        if let Some(snapshot) = snapshot {
            snapshot.restore(&mut store, instance, memory).map_err(invalid)?;
        }
        Ok((store, instance, memory))
    }
}

/// A guest that has booted, and the memory that it had before.
pub(crate) struct Booted {
    engine: Engine,
    linker: Linker<Border>,
    module: Module,
    pub(crate) store: Store<Border>,
    pub(crate) instance: Instance,
    pub(crate) memory: Memory,
    fresh: Vec<u8>,
}

pub(crate) fn boot(name: &str, wasm: &[u8]) -> Result<Booted, Error> {
    let invalid = |error: wasmi::Error| Error::InvalidGuest { name: name.to_owned(), reason: error.to_string() };
    let failed = |reason: String| Error::Boot { name: name.to_owned(), reason };
    let engine = Engine::new(&config(CompilationMode::Lazy));
    let linker = abi::linker(&engine).map_err(invalid)?;
    let module = Module::new(&engine, wasm).map_err(invalid)?;
    let border = Border::new(boot_host(), max_memory_bytes());
    let (mut store, instance, memory) = instantiate(&engine, &linker, &module, border).map_err(invalid)?;
    let fresh = memory.data(&store).to_vec();
    store.set_fuel(u64::MAX).map_err(invalid)?;
    for entry in ["_initialize", "boot"] {
        let function = instance.get_typed_func::<(), ()>(&store, entry).map_err(invalid)?;
        let result = function.call(&mut store, ());
        if let Some(abi::Wish::Log(line)) = store.data_mut().wishes.pop_front() {
            return Err(failed(line));
        }
        result.map_err(|error| failed(error.to_string()))?;
    }
    Ok(Booted { engine, linker, module, store, instance, memory, fresh })
}

fn instantiate(
    engine: &Engine,
    linker: &Linker<Border>,
    module: &Module,
    border: Border,
) -> Result<(Store<Border>, Instance, Memory), wasmi::Error> {
    let mut store = Store::new(engine, border);
    store.limiter(|border| &mut border.limits);
    let instance = linker.instantiate_and_start(&mut store, module)?;
    store.data_mut().limits.is_running = true;
    let memory =
        instance.get_memory(&store, "memory").ok_or_else(|| wasmi::Error::new("the guest exports no memory"))?;
    Ok((store, instance, memory))
}

/// Lazy translation makes a large guest start at once. It must cost no fuel: running out of fuel in a
/// translation cannot be resumed.
fn config(mode: CompilationMode) -> Config {
    let mut config = Config::default();
    config
        .compilation_mode(mode)
        .consume_fuel(true)
        .operator_cost(block_costs())
        .fuel_cost(CustomFuelCosts {
            bytes_copied_per_fuel: BYTES_COPIED_PER_FUEL,
            fuel_per_bytes_translated: 0,
            fuel_per_bytes_validated: 0,
        })
        .set_max_recursion_depth(50_000)
        .set_max_stack_height(64 << 20)
        .ignore_custom_sections(true);
    config
}

/// The host of a guest while it boots.
pub(crate) fn boot_host() -> Rc<dyn Host> {
    Rc::new(BootHost)
}

/// While an image boots there is no time and no randomness: two boots are equal.
struct BootHost;

impl Host for BootHost {
    fn now_us(&self) -> u64 {
        0
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}
