//! Answers of the query protocol, read with the browser's own XML parser.

use wasm_bindgen::JsCast;
use web_sys::{DomParser, Element, SupportedType};

/// One element of an answer.
pub struct Node(Element);

impl Node {
    /// The root of an answer.
    pub fn parse(text: &str) -> Option<Self> {
        let document = DomParser::new().ok()?.parse_from_string(text, SupportedType::TextXml).ok()?;
        document.document_element().map(Self)
    }

    /// The first element below this one that has a name.
    pub fn find(&self, name: &str) -> Option<Self> {
        self.0.get_elements_by_tag_name(name).item(0).map(Self)
    }

    /// The children of this element.
    pub fn children(&self) -> Vec<Self> {
        let nodes = self.0.children();
        (0..nodes.length()).filter_map(|index| nodes.item(index)).map(Self).collect()
    }

    /// The text of the direct child that has a name, empty when there is none.
    pub fn text(&self, name: &str) -> String {
        self.children()
            .into_iter()
            .find(|child| child.0.tag_name() == name)
            .and_then(|child| child.0.unchecked_into::<web_sys::Node>().text_content())
            .unwrap_or_default()
    }

    /// The members of the list that has a name.
    pub fn members(&self, name: &str) -> Vec<Self> {
        self.find(name).map(|list| list.children()).unwrap_or_default()
    }
}
