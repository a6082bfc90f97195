// Places a Samlet project in any page:
//
//   <script src="https://HOST/BASE/embed.js" async></script>
//
//   <samlet-project example="todo-api"></samlet-project>
//   <samlet-project href="https://HOST/BASE/#p1.…"></samlet-project>
//   <samlet-project name="hello">
//     <script type="application/json">{"template.yaml": "…", "src/app.mjs": "…"}</script>
//   </samlet-project>
//
// It shows a poster first and loads the page when it is clicked, or with `load="visible"` when it is
// scrolled to. Attributes: `view` (code, request, activity), `theme` (light, dark), `lang`, `height`,
// `title`. Nothing runs before the reader asks for it.

(() => {
  const base = new URL('./', document.currentScript.src);
  const OPTIONS = ['example', 'theme', 'lang'];

  class SamletProject extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: 'open' });
      const style = document.createElement('style');
      style.textContent = STYLE;
      root.append(style, this.#poster());
      this.style.setProperty('--samlet-height', this.getAttribute('height') ?? '32rem');
      if (this.getAttribute('load') === 'visible') this.#whenVisible(() => this.#open());
    }

    #poster() {
      const poster = document.createElement('button');
      poster.type = 'button';
      const title = document.createElement('strong');
      title.textContent = this.getAttribute('title') ?? 'AWS serverless project';
      const hint = document.createElement('span');
      hint.textContent = 'Open and run it here';
      poster.append(title, hint);
      poster.addEventListener('click', () => this.#open(), { once: true });
      return poster;
    }

    #whenVisible(then) {
      const observer = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        then();
      });
      observer.observe(this);
    }

    async #open() {
      const poster = this.shadowRoot.querySelector('button');
      if (!poster) return;
      const frame = document.createElement('iframe');
      frame.title = this.getAttribute('title') ?? 'AWS serverless project';
      frame.allow = 'clipboard-write';
      frame.src = await this.#address();
      poster.replaceWith(frame);
      frame.focus();
    }

    async #address() {
      const url = new URL(base);
      url.searchParams.set('embed', '');
      for (const name of OPTIONS) {
        if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      }
      if (this.hasAttribute('view')) url.searchParams.set('pane', this.getAttribute('view'));
      const href = this.getAttribute('href');
      const script = this.querySelector('script[type="application/json"]');
      if (href) url.hash = new URL(href, document.baseURI).hash;
      // The project stands in the page itself, where its readers can review it.
      if (script) url.hash = await encode(this.getAttribute('name') ?? 'project', JSON.parse(script.textContent));
      return url.href;
    }
  }

  /**
   * The fragment of a link with a project in it, as crates/project reads it: version 1, which is raw
   * deflate over the name and the files in postcard. Its dictionary may be used, and need not be.
   */
  async function encode(name, files) {
    const parts = [...text(name), ...length(Object.keys(files).length)];
    for (const [path, content] of Object.entries(files)) parts.push(...text(path), ...text(content));
    const stream = new Blob(parts).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    return `p1.${btoa(letters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  }

  function text(value) {
    const bytes = new TextEncoder().encode(value);
    return [...length(bytes.length), bytes];
  }

  /** A number, seven bits to a byte, the lowest first. */
  function length(value) {
    const bytes = [];
    for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
    return [Uint8Array.from([...bytes, value])];
  }

  const STYLE = `
    :host { display: block; block-size: var(--samlet-height); }
    button, iframe { box-sizing: border-box; inline-size: 100%; block-size: 100%; border: 1px solid light-dark(#d5dbe1, #313a43); border-radius: 8px; }
    button { display: grid; place-content: center; gap: .25rem; font: inherit; cursor: pointer; color: light-dark(#1c242c, #e6ebf0); background: light-dark(#f4f6f8, #11171c); }
    button:focus-visible { outline: 2px solid light-dark(#0b6bcb, #6cb2ff); outline-offset: 2px; }
    span { opacity: .75; }
  `;

  customElements.define('samlet-project', SamletProject);
})();
