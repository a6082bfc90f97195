// The page's code editor: CodeMirror 6 behind the few verbs that the page needs.
// The page loads this module when it first shows a file and finds it as `samletEditor`.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, temporarilySetTabFocusMode } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const languages = {
  // Prose is read, not scrolled sideways.
  text: () => [EditorView.lineWrapping],
  yaml: () => [yaml(), indentUnit.of("  ")],
  json: () => [json(), indentUnit.of("  ")],
  javascript: () => [javascript(), indentUnit.of("  ")],
  typescript: () => [javascript({ typescript: true }), indentUnit.of("  ")],
  python: () => [python(), indentUnit.of("    ")],
};

// Colours are the page's own tokens, so the editor follows its light and dark themes by itself.
const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.meta], color: "var(--code-comment)" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-property)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--code-function)" },
  { tag: [tags.typeName, tags.className, tags.tagName], color: "var(--code-type)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "var(--text-code)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.6", overscrollBehavior: "contain" },
  ".cm-content": { caretColor: "var(--accent)", paddingBlock: "var(--space-3)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-faint)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "3ch", paddingInline: "var(--space-2) var(--space-1)" },
  ".cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--selection)",
    outline: "1px solid var(--line-strong)",
  },
  ".cm-foldPlaceholder": { backgroundColor: "var(--raised)", border: "1px solid var(--line)", color: "var(--ink-soft)" },
  ".cm-tooltip, .cm-panels": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-diagnostic": { fontFamily: "var(--font-text)", fontSize: "var(--text-s)", padding: "var(--space-1) var(--space-2)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "inherit" },
});

// Marks a change that the page itself made, which must not come back to it as an edit.
const fromPage = Annotation.define();

/** One editor on the page. It keeps a state per file, so undo and the cursor survive a change of tab. */
class Editor {
  constructor(parent, { onChange, onRun, onSave }) {
    this.handlers = { onChange, onRun, onSave };
    this.path = null;
    this.states = new Map();
    this.view = new EditorView({ parent });
  }

  /** Shows `path`. Text that differs from what the editor knows replaces it. */
  open(path, text, language, label) {
    if (this.path !== null) this.states.set(this.path, this.view.state);
    if (path !== this.path) {
      this.path = path;
      this.view.setState(this.states.get(path) ?? this.#newState(text, language, label));
    }
    this.#replace(text);
  }

  /** Forgets a file that was closed or deleted. */
  close(path) {
    this.states.delete(path);
    if (path === this.path) this.path = null;
  }

  /** Marks problems. Lines and columns count from one, columns in characters as Rust counts them. */
  diagnose(problems) {
    const { doc } = this.view.state;
    const marks = problems.map(({ line, column, severity, message }) => {
      const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
      // A column in characters is not a column in UTF-16 units as soon as an emoji stands before it.
      const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("").length;
      const indent = at.text.length - at.text.trimStart().length;
      const from = at.from + Math.min(Math.max(before, indent), at.text.length);
      const word = /^[^\s:,]+/.exec(doc.sliceString(from, at.to));
      return { from, to: from + (word ? word[0].length : 0), severity, message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  /** Puts the cursor at the start of a line and shows it. */
  goTo(line) {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
    this.view.dispatch({
      selection: { anchor: at.from + (at.text.length - at.text.trimStart().length) },
      effects: EditorView.scrollIntoView(at.from, { y: "center" }),
    });
    this.view.focus();
  }

  destroy() {
    this.view.destroy();
  }

  #replace(text) {
    if (this.view.state.doc.toString() === text) return;
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: text },
      annotations: fromPage.of(true),
    });
  }

  #newState(doc, language, label) {
    const run = (name) => () => {
      this.handlers[name]();
      return true;
    };
    return EditorState.create({
      doc,
      extensions: [
        Prec.highest(
          keymap.of([
            { key: "Mod-Enter", run: run("onRun") },
            { key: "Mod-s", run: run("onSave"), preventDefault: true },
            // Tab indents; Escape first, and it leaves the editor, so nobody is trapped by the keyboard.
            { key: "Escape", run: temporarilySetTabFocusMode },
          ]),
        ),
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        dropCursor(),
        EditorState.allowMultipleSelections.of(true),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion(),
        rectangularSelection(),
        crosshairCursor(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        (languages[language] ?? (() => []))(),
        syntaxHighlighting(highlighting),
        look,
        EditorView.contentAttributes.of({ "aria-label": label, "data-test": "editor-content" }),
        EditorView.updateListener.of((update) => {
          const mine = update.transactions.some((transaction) => transaction.annotation(fromPage));
          if (update.docChanged && !mine) this.handlers.onChange(this.path, update.state.doc.toString());
        }),
      ],
    });
  }
}

globalThis.samletEditor = { create: (parent, handlers) => new Editor(parent, handlers) };
