import { choiceInput } from "../../src/adapters/actions/inputs.ts";
import { runAction } from "../../src/adapters/actions/run-action.ts";
import { look } from "./look.ts";
import { offerSetup } from "./offer-setup.ts";
import { session } from "./session.ts";

await runAction(async () => {
  switch (choiceInput("mode", ["session", "setup", "preflight"])) {
    case "setup":
      return await offerSetup();
    case "preflight":
      return await look();
    case "session":
      return await session();
  }
});
