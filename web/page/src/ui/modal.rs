//! Dialogs: the browser's own, which keeps the focus inside and closes with Escape.

use super::controls::IconButton;
use super::icon::Glyph;
use crate::context::use_app;
use crate::state::Action;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct Props {
    pub title: AttrValue,
    pub test: AttrValue,
    pub children: Html,
}

/// A dialog that is open as long as it is rendered.
#[component]
pub fn Modal(props: &Props) -> Html {
    let app = use_app();
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It fails only when the dialog is open already, which is what is wanted.
                let _ = dialog.show_modal();
            }
        });
    }
    let onclose = app.on(|| Action::CloseDialog);
    html! {
        <dialog ref={node} class="modal" aria-labelledby="modal-title" data-test={props.test.clone()} onclose={onclose}>
            <header class="modal-head">
                <h2 id="modal-title">{ &props.title }</h2>
                <IconButton
                    glyph={Glyph::Close}
                    label={app.text.close}
                    test="dialog-close"
                    onclick={app.on(|| Action::CloseDialog)}
                />
            </header>
            <div class="modal-body">{ props.children.clone() }</div>
        </dialog>
    }
}
