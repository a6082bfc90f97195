//! ECMAScript modules: names and sources come from `js/internal/loader.js`, which also serves
//! `require`.

use crate::engine;
use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::{Declarations, Declared, Exports, ModuleDef};
use rquickjs::{Ctx, Error, Function, Module, Object, Result, Value};
use std::cell::RefCell;

/// Turns a specifier into a module's URL.
pub struct ModuleResolver;

impl Resolver for ModuleResolver {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        engine::hook(ctx, "resolveModule")?.call((name, base))
    }
}

/// Makes the module at a URL.
pub struct ModuleLoader;

impl Loader for ModuleLoader {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        url: &str,
        attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let kind = attributes.and_then(|attributes| attributes.get_type().ok().flatten());
        let loaded: Object = engine::hook(ctx, "loadModule")?.call((url, kind))?;
        if let Some(source) = loaded.get::<_, Option<String>>("source")? {
            let module = Module::declare(ctx.clone(), url, source)?;
            engine::hook(ctx, "describeModule")?.call::<_, ()>((module.meta()?, url))?;
            return Ok(module);
        }
        EXPORT_NAMES.set(loaded.get("names")?);
        Module::declare_def::<Synthetic, _>(ctx.clone(), url)
    }
}

thread_local! {
    /// The names that the synthetic module exports that is being declared.
    static EXPORT_NAMES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A module whose exports are the properties of a CommonJS or built-in module.
struct Synthetic;

impl ModuleDef for Synthetic {
    fn declare(declarations: &Declarations) -> Result<()> {
        for name in EXPORT_NAMES.take() {
            declarations.declare(name)?;
        }
        Ok(())
    }

    fn evaluate<'js>(ctx: &Ctx<'js>, exports: &Exports<'js>) -> Result<()> {
        let url: String = exports.module().name()?;
        let entries: Vec<(String, Value)> =
            engine::hook(ctx, "moduleExports")?.call::<_, Object>((url,))?.props().collect::<Result<_>>()?;
        for (name, value) in entries {
            exports.export(name, value)?;
        }
        Ok(())
    }
}

/// What stands before the source of a CommonJS module.
pub const WRAPPER: &str = "(function (exports, require, module, __filename, __dirname) { ";

/// Compiles the body of a CommonJS module. The wrapper stands on the first line, so that line numbers
/// are those of the file.
pub fn compile_commonjs<'js>(ctx: Ctx<'js>, source: String, filename: String) -> Result<Function<'js>> {
    let wrapped = format!("{WRAPPER}{source}\n}})");
    ctx.eval_with_options(wrapped, engine::eval_options(&filename, false))
}

/// Imports a module by its URL; the result is a promise of its namespace.
pub fn import<'js>(ctx: Ctx<'js>, url: String) -> Result<Value<'js>> {
    Module::import(&ctx, url).map(rquickjs::Promise::into_value)
}

/// Says whether a text is a module that parses, for error messages.
pub fn parses_as_module(ctx: Ctx<'_>, source: String) -> bool {
    match Module::declare(ctx.clone(), "check", source) {
        Ok(_) => true,
        Err(Error::Exception) => {
            ctx.catch();
            false
        }
        Err(_) => false,
    }
}
