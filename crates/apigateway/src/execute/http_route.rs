//! Which route of an HTTP API a request is for.

use percent_encoding::percent_decode_str;

use super::rest_route::match_path;
use crate::{
    http_api::model::{Definition, Route},
    rest::model::Texts,
};

/// The most specific route that fits: a full match before a greedy one before `$default`; the method
/// before `ANY`.
pub fn find<'a>(definition: &'a Definition, method: &str, path: &str) -> Option<(&'a Route, Texts)> {
    let fits = definition.routes.values().filter_map(|route| {
        let (wanted, template) = route.route_key.split_once(' ')?;
        if wanted != method && wanted != "ANY" {
            return None;
        }
        // Unlike REST APIs, HTTP APIs tell `/pets` from `/pets/`.
        if !template.ends_with("+}") && template.ends_with('/') != path.ends_with('/') {
            return None;
        }
        let (rank, parameters) = match_path(template, path)?;
        Some(((rank, wanted == "ANY"), (route, parameters)))
    });
    let best = fits.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, found)| found);
    let default = || definition.routes.values().find(|route| route.route_key == "$default");
    let (route, parameters) = best.or_else(|| Some((default()?, Texts::new())))?;
    let decode = |value: String| percent_decode_str(&value).decode_utf8_lossy().into_owned();
    Some((route, parameters.into_iter().map(|(name, value)| (name, decode(value))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(keys: &[&str]) -> Definition {
        let route = |key: &&str| Route { route_id: (*key).into(), route_key: (*key).into(), ..Route::default() };
        Definition { routes: keys.iter().map(|key| ((*key).to_owned(), route(key))).collect(), ..Definition::default() }
    }

    #[test]
    fn the_developer_guides_example() {
        // "Working with routes for HTTP APIs", table of matches.
        let definition =
            api(&["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"]);
        let cases = [
            ("GET", "/pets/dog/1", "GET /pets/dog/1"),
            ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
            ("GET", "/pets/cat/1", "GET /pets/{proxy+}"),
            ("POST", "/test/5", "ANY /{proxy+}"),
            ("GET", "/", "$default"),
        ];
        for (method, path, expected) in cases {
            assert_eq!(find(&definition, method, path).unwrap().0.route_key, expected, "{method} {path}");
        }
    }

    #[test]
    fn methods_come_before_any_and_variables_are_decoded() {
        let definition = api(&["ANY /a/{id}", "GET /a/{id}"]);
        let (route, parameters) = find(&definition, "GET", "/a/x%20y").unwrap();
        assert_eq!((route.route_key.as_str(), parameters["id"].as_str()), ("GET /a/{id}", "x y"));
        assert!(find(&definition, "GET", "/a/x/").is_none());
    }
}
