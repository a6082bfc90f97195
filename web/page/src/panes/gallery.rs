//! The projects that come with the page.

use crate::context::use_app;
use crate::examples;
use crate::state::{Action, Dialog};
use crate::task::{Fetched, use_fetch};
use crate::ui::Failed;
use yew::prelude::*;

/// The list of examples.
#[component]
pub fn Gallery() -> Html {
    let app = use_app();
    let t = app.text;
    let list = use_fetch((), examples::list);
    html! {
        <>
            <div class="panel-head"><h2>{ t.examples }</h2></div>
            { match &list {
                Fetched::Waiting => html! {},
                Fetched::Failed(failure) => html! { <Failed failure={failure.clone()} /> },
                Fetched::Here(list) => html! {
                    <ul class="gallery">
                        { for list.iter().map(|example| {
                            let id = example.id.clone();
                            let open = app.on(move || Action::OpenDialog(Dialog::Replace(id.clone())));
                            html! {
                                <li>
                                    <button type="button" class="gallery-card" data-test={format!("example-{}", example.id)} onclick={open}>
                                        <strong>{ &example.title }</strong>
                                        <span>{ &example.description }</span>
                                    </button>
                                </li>
                            }
                        }) }
                    </ul>
                },
            } }
        </>
    }
}
