//! Functions that `sam build` bundles with esbuild. There is no bundler here: the Node.js runtime reads TypeScript
//! itself, so the files stay what they are, and what is bundled into another place is found there.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html>

use std::collections::BTreeMap;

use serde_json::Value;

/// The build method.
pub const METHOD: &str = "esbuild";

/// Files that stand where esbuild would put its bundles, for the entry points that lie elsewhere.
pub fn stand_ins(metadata: &Value, files: &BTreeMap<String, &[u8]>) -> BTreeMap<String, Vec<u8>> {
    let entries = metadata.pointer("/BuildProperties/EntryPoints").and_then(Value::as_array);
    let entries: Vec<String> =
        entries.into_iter().flatten().filter_map(Value::as_str).map(crate::files::normalize).collect();
    let base = common_folder(&entries);
    let stems = entries.iter().filter_map(|entry| stem(entry));
    stems
        .filter_map(|from| {
            let to = from.strip_prefix(&base)?;
            let is_there = files.keys().any(|path| stem(path) == Some(to));
            let up = if to.contains('/') { "../".repeat(to.matches('/').count()) } else { "./".to_owned() };
            (!is_there).then(|| (format!("{to}.ts"), format!("export * from '{up}{from}';\n").into_bytes()))
        })
        .collect()
}

/// The path of a file in the package. A bundler takes `import` in any `.js`, as the runtime does in TypeScript alone.
pub fn packed_path(path: &str, bytes: &[u8]) -> String {
    let is_module = || {
        let text = String::from_utf8_lossy(bytes);
        text.lines().any(|line| line.starts_with("import ") || line.starts_with("export "))
    };
    match path.strip_suffix(".js") {
        Some(stem) if !path.contains("node_modules/") && is_module() => format!("{stem}.ts"),
        _ => path.to_owned(),
    }
}

/// The path of a source file without its extension.
fn stem(path: &str) -> Option<&str> {
    let (stem, extension) = path.rsplit_once('.')?;
    ["ts", "mts", "cts", "js", "mjs", "cjs"].contains(&extension).then_some(stem)
}

/// The lowest folder that holds every entry point, with a slash at its end; esbuild's `outbase`.
fn common_folder(entries: &[String]) -> String {
    let folder = |entry: &String| entry.rfind('/').map_or_else(String::new, |end| entry[..=end].to_owned());
    let mut folders = entries.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, folder| {
        let mut shared = String::new();
        for (ours, theirs) in common.split_inclusive('/').zip(folder.split_inclusive('/')) {
            if ours != theirs {
                break;
            }
            shared.push_str(ours);
        }
        shared
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(entries: &[&str], there: &[&str]) -> Vec<(String, String)> {
        let metadata = json!({"BuildMethod": METHOD, "BuildProperties": {"EntryPoints": entries}});
        let files = there.iter().map(|path| ((*path).to_owned(), &b""[..])).collect();
        let made = stand_ins(&metadata, &files).into_iter();
        made.map(|(path, text)| (path, String::from_utf8(text).unwrap())).collect()
    }

    #[test]
    fn an_entry_point_in_the_top_folder_stands_where_its_bundle_would() {
        assert_eq!(of(&["app.ts"], &["app.ts"]), []);
    }

    #[test]
    fn a_module_runs_whatever_its_extension() {
        assert_eq!(packed_path("app.js", b"import a from 'a';"), "app.ts");
        assert_eq!(packed_path("app.js", b"const a = require('a');"), "app.js");
        assert_eq!(packed_path("node_modules/a/a.js", b"export {};"), "node_modules/a/a.js");
    }

    #[test]
    fn bundles_lie_below_the_folder_that_their_entry_points_share() {
        let one = of(&["./src/app.ts"], &["src/app.ts"]);
        assert_eq!(one, [("app.ts".to_owned(), "export * from './src/app';\n".to_owned())]);
        let two = of(&["src/a/x.ts", "src/b/y.ts"], &["src/a/x.ts", "src/b/y.ts"]);
        let expected = [("a/x.ts", "export * from '../src/a/x';\n"), ("b/y.ts", "export * from '../src/b/y';\n")];
        assert_eq!(two, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    }
}
