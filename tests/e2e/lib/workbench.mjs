// The page as its user sees it. Controls are found by their `data-test` ids.
import { selectors } from "playwright-core";

selectors.setTestIdAttribute("data-test");

const PATIENT = { timeout: 60_000 };

export class Workbench {
  constructor(page) {
    this.page = page;
  }

  at(id) {
    return this.page.getByTestId(id);
  }

  async click(id) {
    await this.at(id).first().click();
  }

  /** Waits until the engine answers. */
  async ready() {
    await this.at("engine-state").filter({ hasText: "Ready" }).waitFor(PATIENT);
  }

  /** Waits until the stack is in `status`, for instance CREATE_COMPLETE. */
  async stackIs(status) {
    await this.at("stack-status").filter({ hasText: status }).waitFor(PATIENT);
  }

  /** Opens an example in the place of this workspace's project, which deploys it. */
  async openExample(id) {
    await this.click("rail-examples");
    await this.click(`example-${id}`);
    await this.click("ask-confirm");
    await this.at("file-template.yaml").or(this.at("rail-files")).first().waitFor(PATIENT);
  }

  /** Opens the tool of a resource of the template in the inspector. */
  async select(resource) {
    await this.click("rail-resources");
    await this.click(`resource-${resource}`);
  }

  /** Sends a request in the request builder; answers with the status line and the body's text. */
  async send(method, path, body = "") {
    await this.at("request-method").selectOption(method);
    await this.at("request-path").fill(path);
    await this.click("request-body-tab");
    await this.at("request-body").fill(body);
    await this.click("send");
    await this.page.waitForFunction(() => {
      const send = document.querySelector("[data-test=send]");
      return send !== null && !send.disabled && document.querySelector("[data-test=response-status]") !== null;
    });
    return {
      status: Number.parseInt(await this.at("response-status").innerText(), 10),
      body: await this.at("response-body").innerText(),
    };
  }
}
