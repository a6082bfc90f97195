//! Which resource and method of a REST API a request is for.

use std::cmp::Reverse;

use crate::rest::model::{Definition, Method, Resource, Texts};

/// Where a request goes.
pub struct Route<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// Its method, or `ANY`.
    pub method: &'a Method,
    /// What the variables of the path stand for, as it was sent.
    pub path_parameters: Texts,
}

/// How specific a path template is, segment by segment: text before a variable before a greedy one.
type Rank = Vec<u8>;

/// The most specific resource that fits `path` and has the method or `ANY`.
pub fn find<'a>(definition: &'a Definition, method: &str, path: &str) -> Option<Route<'a>> {
    let fits = definition.resources.values().filter_map(|resource| {
        let methods = &resource.resource_methods;
        let method = methods.get(method).or_else(|| methods.get("ANY"))?;
        let (rank, path_parameters) = match_path(&resource.path, path)?;
        Some((rank, Route { resource, method, path_parameters }))
    });
    fits.min_by_key(|(rank, _)| (rank.clone(), Reverse(rank.len()))).map(|(_, route)| route)
}

/// Whether `path` fits `template`, how specific the template is, and what its variables stand for.
pub fn match_path(template: &str, path: &str) -> Option<(Rank, Texts)> {
    let (mut rank, mut parameters) = (Rank::new(), Texts::new());
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    let parts: Vec<&str> = template.split('/').filter(|part| !part.is_empty()).collect();
    for part in parts {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix("+}")) {
            if rest.is_empty() {
                return None;
            }
            parameters.insert(name.to_owned(), rest.trim_end_matches('/').to_owned());
            rank.push(2);
            return Some((rank, parameters));
        }
        let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => {
                parameters.insert(name.to_owned(), segment.to_owned());
                rank.push(1);
            }
            None if part == segment => rank.push(0),
            _ => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some((rank, parameters))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(resources: &[(&str, &[&str])]) -> Definition {
        let mut definition = Definition::default();
        for (path, methods) in resources {
            let methods = methods.iter().map(|name| ((*name).to_owned(), Method::default()));
            let resource = Resource {
                id: (*path).into(),
                path: (*path).into(),
                resource_methods: methods.collect(),
                ..Resource::default()
            };
            definition.resources.insert(resource.id.clone(), resource);
        }
        definition
    }

    #[test]
    fn exact_before_variable_before_greedy() {
        let definition = api(&[
            ("/", &["GET"]),
            ("/pets", &["GET", "POST"]),
            ("/pets/{id}", &["GET"]),
            ("/pets/mine", &["GET"]),
            ("/pets/{id}/toys", &["ANY"]),
            ("/{proxy+}", &["ANY"]),
        ]);
        let cases = [
            ("GET", "/", "/"),
            ("GET", "/pets", "/pets"),
            ("GET", "/pets/", "/pets"),
            ("DELETE", "/pets", "/{proxy+}"),
            ("GET", "/pets/mine", "/pets/mine"),
            ("GET", "/pets/7", "/pets/{id}"),
            ("PATCH", "/pets/7/toys", "/pets/{id}/toys"),
            ("GET", "/other/7/deep", "/{proxy+}"),
        ];
        for (method, path, expected) in cases {
            assert_eq!(find(&definition, method, path).unwrap().resource.path, expected, "{method} {path}");
        }
        assert!(find(&definition, "POST", "/").is_none());
    }

    #[test]
    fn variables_keep_what_was_sent() {
        let definition = api(&[("/a/{id}", &["GET"]), ("/b/{proxy+}", &["GET"])]);
        let parameters = |path| find(&definition, "GET", path).unwrap().path_parameters;
        assert_eq!(parameters("/a/x%20y")["id"], "x%20y");
        assert_eq!(parameters("/b/c//d/")["proxy"], "c//d");
    }
}
