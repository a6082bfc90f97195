//! The code editor: plain text at once, CodeMirror as soon as it has arrived.

use crate::context::{App, use_app};
use crate::flow;
use crate::location;
use crate::model::{Content, language_of};
use crate::state::Action;
use crate::ui::{Empty, Glyph, input_value};
use js_sys::{Array, Function, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlScriptElement};
use yew::platform::spawn_local;
use yew::prelude::*;

/// CodeMirror as `web/js/editor.mjs` wraps it, with what it calls back.
struct CodeMirror {
    object: JsValue,
    _handlers: [Closure<dyn FnMut(JsValue, JsValue)>; 3],
}

impl CodeMirror {
    fn create(parent: &HtmlElement, app: &Rc<dyn Fn() -> App>) -> Result<Self, JsValue> {
        let (edit, run, save) = (Rc::clone(app), Rc::clone(app), Rc::clone(app));
        let handlers = [
            Closure::<dyn FnMut(JsValue, JsValue)>::new(move |path: JsValue, text: JsValue| {
                if let (Some(path), Some(text)) = (path.as_string(), text.as_string()) {
                    edit().dispatch(Action::Edit { path, text: text.into() });
                }
            }),
            Closure::<dyn FnMut(JsValue, JsValue)>::new(move |_, _| spawn_local(flow::send(run()))),
            Closure::<dyn FnMut(JsValue, JsValue)>::new(move |_, _| {
                let app = save();
                spawn_local(async move {
                    if flow::save(app.clone()).await.is_ok() {
                        app.say(app.text.saved);
                    }
                });
            }),
        ];
        let callbacks = Object::new();
        for (name, handler) in ["onChange", "onRun", "onSave"].iter().zip(&handlers) {
            Reflect::set(&callbacks, &(*name).into(), handler.as_ref())?;
        }
        let module = Reflect::get(&js_sys::global(), &"samletEditor".into())?;
        let object = method(&module, "create", &[parent, &callbacks])?;
        Ok(Self { object, _handlers: handlers })
    }

    fn call(&self, name: &str, arguments: &[&JsValue]) {
        // The editor's verbs do not throw; one that did would leave the text as it was.
        let _ = method(&self.object, name, arguments);
    }
}

fn method(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = Reflect::get(object, &name.into())?.dyn_into()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(object, &list)
}

impl Drop for CodeMirror {
    fn drop(&mut self) {
        self.call("destroy", &[]);
    }
}

/// Fetches the editor's module once, and tells when it is here.
#[hook]
fn use_module() -> bool {
    let is_here = use_state(is_loaded);
    let setter = is_here.setter();
    use_effect_with((), move |()| {
        let mut listener = None;
        if !is_loaded()
            && let Some(document) = web_sys::window().and_then(|window| window.document())
            && let Ok(script) = document.create_element("script")
            && let Ok(script) = script.dyn_into::<HtmlScriptElement>()
        {
            script.set_type("module");
            script.set_src(&format!("{}editor.js", location::base()));
            listener = Some(gloo::events::EventListener::once(&script, "load", move |_| setter.set(true)));
            if let Some(head) = document.head() {
                // The head of a document takes any script.
                let _ = head.append_child(&script);
            }
        }
        move || drop(listener)
    });
    *is_here
}

fn is_loaded() -> bool {
    Reflect::has(&js_sys::global(), &"samletEditor".into()).unwrap_or(false)
}

/// The editor of the file that is open.
#[component]
pub fn Editor() -> Html {
    let app = use_app();
    let Some(file) = app.project.open.as_deref().and_then(|path| app.project.file(path)) else {
        return html! {};
    };
    match &file.content {
        Content::Text(text) => html! { <TextEditor path={file.path.clone()} text={Rc::clone(text)} /> },
        Content::Bytes(_) => html! {
            <Empty glyph={Glyph::File} title={app.text.binary} text={app.text.binary_hint} />
        },
    }
}

#[derive(PartialEq, Properties)]
struct TextProps {
    path: AttrValue,
    text: Rc<str>,
}

#[component]
fn TextEditor(props: &TextProps) -> Html {
    let app = use_app();
    let node = use_node_ref();
    let latest = use_mut_ref(|| app.clone());
    *latest.borrow_mut() = app.clone();
    let mirror = use_mut_ref(|| None::<CodeMirror>);
    let is_here = use_module();
    let label = (app.text.editor_of)(&props.path);
    {
        let (node, mirror, latest) = (node.clone(), Rc::clone(&mirror), Rc::clone(&latest));
        use_effect_with(is_here, move |is_here| {
            if *is_here && let Some(parent) = node.cast::<HtmlElement>() {
                let app: Rc<dyn Fn() -> App> = Rc::new(move || latest.borrow().clone());
                *mirror.borrow_mut() = CodeMirror::create(&parent, &app).ok();
            }
            move || *mirror.borrow_mut() = None
        });
    }
    {
        let mirror = Rc::clone(&mirror);
        use_effect_with((is_here, props.path.clone(), Rc::clone(&props.text)), move |(_, path, text)| {
            if let Some(mirror) = &*mirror.borrow() {
                let language = language_of(path);
                mirror.call("open", &[&(&**path).into(), &(&**text).into(), &language.into(), &label.into()]);
            }
        });
    }
    use_marks(&app, &mirror, is_here, &props.path);
    if is_here {
        return html! { <div ref={node} class="editor" data-test="editor" /> };
    }
    let oninput = {
        let path = props.path.to_string();
        let app = app.clone();
        Callback::from(move |event: InputEvent| {
            app.dispatch(Action::Edit { path: path.clone(), text: input_value(&event).into() });
        })
    };
    html! {
        <textarea
            class="editor editor-plain"
            aria-label={(app.text.editor_of)(&props.path)}
            data-test="editor-plain"
            spellcheck="false"
            value={props.text.to_string()}
            {oninput}
        />
    }
}

/// Keeps the marks of problems and the jumps to lines in step.
#[hook]
fn use_marks(app: &App, mirror: &Rc<std::cell::RefCell<Option<CodeMirror>>>, is_here: bool, path: &AttrValue) {
    let problems: Vec<_> = app.project.problems.iter().filter(|problem| problem.path == **path).cloned().collect();
    let marked = Rc::clone(mirror);
    use_effect_with((is_here, path.clone(), problems), move |(_, _, problems)| {
        let list = Array::new();
        for problem in problems {
            let mark = Object::new();
            let members: [(&str, JsValue); 4] = [
                ("line", problem.line.into()),
                ("column", problem.column.into()),
                ("severity", problem.severity.name().into()),
                ("message", problem.message.as_str().into()),
            ];
            for (name, value) in members {
                // A plain object takes any member.
                let _ = Reflect::set(&mark, &name.into(), &value);
            }
            list.push(&mark);
        }
        if let Some(mirror) = &*marked.borrow() {
            mirror.call("diagnose", &[&list]);
        }
    });
    let (app, mirror) = (app.clone(), Rc::clone(mirror));
    use_effect_with((is_here, path.clone(), app.view.jump.clone()), move |(_, path, jump)| {
        if let (Some(jump), Some(mirror)) = (jump, &*mirror.borrow())
            && jump.path == **path
        {
            mirror.call("goTo", &[&jump.line.into()]);
            app.dispatch(Action::Jumped);
        }
    });
}
