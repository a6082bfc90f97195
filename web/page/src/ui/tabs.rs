//! Tabs with the keys that a screen reader's user expects: arrows move, Home and End jump.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq)]
pub struct TabItem<K> {
    pub key: K,
    pub label: AttrValue,
    pub test: &'static str,
    /// A small number beside the label.
    pub count: Option<usize>,
}

#[derive(PartialEq, Properties)]
pub struct Props<K: PartialEq + Copy + 'static> {
    /// What the tabs choose, for a screen reader.
    pub label: AttrValue,
    pub items: Vec<TabItem<K>>,
    pub selected: K,
    pub onselect: Callback<K>,
    #[prop_or_default]
    pub class: Classes,
}

/// A row of tabs. The panel below has `role="tabpanel"`.
#[component]
pub fn Tabs<K: PartialEq + Copy + 'static>(props: &Props<K>) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowRight" => 1,
                "ArrowLeft" => -1,
                "Home" => i32::MIN,
                "End" => i32::MAX,
                _ => return,
            };
            event.prevent_default();
            if let Some(list) = list.cast::<web_sys::Element>() {
                move_focus(&list, step);
            }
        })
    };
    let tab = |item: &TabItem<K>| {
        let is_selected = item.key == props.selected;
        let key = item.key;
        html! {
            <button
                type="button"
                role="tab"
                class="tab"
                aria-selected={is_selected.to_string()}
                tabindex={if is_selected { "0" } else { "-1" }}
                data-test={item.test}
                onclick={props.onselect.reform(move |_| key)}
            >
                { &item.label }
                if let Some(count) = item.count.filter(|count| *count > 0) {
                    <span class="tab-count">{ count }</span>
                }
            </button>
        }
    };
    html! {
        <div
            ref={list}
            class={classes!("tabs", props.class.clone())}
            role="tablist"
            aria-label={props.label.clone()}
            {onkeydown}
        >
            { for props.items.iter().map(tab) }
        </div>
    }
}

/// Moves the focus along the tabs of a list, round its ends, and opens the tab that gets it.
fn move_focus(list: &web_sys::Element, step: i32) {
    let tabs = list.children();
    let count = i32::try_from(tabs.length()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let focused = (0..count).find(|index| {
        tabs.item(index.unsigned_abs()).is_some_and(|tab| tab.get_attribute("aria-selected").as_deref() == Some("true"))
    });
    let next = match step {
        i32::MIN => 0,
        i32::MAX => count - 1,
        step => (focused.unwrap_or(0) + step).rem_euclid(count),
    };
    if let Some(tab) = tabs.item(next.unsigned_abs()).and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
        // Focusing a button cannot fail in a way that matters here.
        let _ = tab.focus();
        tab.click();
    }
}
