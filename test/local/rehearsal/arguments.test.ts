import { describe, expect, it } from "vitest";

import { parseArguments } from "../../../local/rehearsal/arguments.ts";

describe("parseArguments", () => {
  it("rehearses with the scripted model, on any port, when nothing is asked for", () => {
    expect(parseArguments([])).toEqual({
      type: "run",
      options: { json: false, agent: "scripted", keep: false, port: 0, timeLimitSeconds: 300 },
    });
  });

  it("takes values after a space and after an equals sign", () => {
    expect(parseArguments(["--json", "--port=4000", "--agent", "live", "--keep"])).toEqual({
      type: "run",
      options: { json: true, agent: "live", keep: true, port: 4000, timeLimitSeconds: 3600 },
    });
  });

  it.each([
    [["--jsn"], "Did you mean '--json'?"],
    [["--time_limit=3"], "Did you mean '--time-limit'?"],
    [["-help"], "Did you mean '--help'?"],
    [["--unheard-of"], "'--unheard-of' is not an option"],
    [["--plam", "x.json"], "Did you mean '--plan'?"],
    [["--config", "x.yml"], "to plan a file of issues: npm start -- --plan FILE.json"],
    [["--port", "70000"], "from 0 to 65535, but is '70000'"],
    [["--port", "x"], "but is 'x'"],
    [["--agent", "robot"], "must be scripted or live, but is 'robot'"],
    [["--time-limit", "0"], "from 1 to 86400"],
    [["--json=yes"], "--json"],
    [["--port"], "--port"],
    [["surplus"], "surplus"],
  ])("refuses %j and says what to type", (argv, message) => {
    const parsed = parseArguments(argv);

    expect(parsed).toMatchObject({ type: "refused", message: expect.stringContaining(message) });
  });

  it("does not guess when no option is near", () => {
    const parsed = parseArguments(["--unheard-of"]);

    expect(parsed).toMatchObject({ message: expect.not.stringContaining("Did you mean") });
  });
});
