import { describe, expect, it } from "vitest";

import { coerceText, type Scope } from "../../../local/runner/expressions.ts";
import {
  evaluateCondition,
  evaluateTemplate,
  splitTemplate,
} from "../../../local/runner/template.ts";

const SCOPE: Scope = {
  contexts: { github: { event: { number: 7 } }, inputs: { flag: true }, steps: {} },
  functions: {
    success: () => true,
    failure: () => false,
    cancelled: () => false,
    always: () => true,
  },
};

describe("evaluateTemplate", () => {
  it.each([
    ["text", "text"],
    ["${{ github.event.number }}", 7],
    ["${{ inputs.flag }}", true],
    ["n${{ github.event.number }}", "n7"],
    ["${{ github.event.number }}${{ inputs.flag }}", "7true"],
    ["${{ format('{0}', '}}') }}!", "}}!"],
    ["${{ 'it''s' }}", "it's"],
    ["${{ fromJSON('[1,{\"a\":null}]') }}", [1, { a: null }]],
    ["${{ github.event.unknown.deeper }}", null],
    ["[${{ github.event.unknown }}]", "[]"],
    ["${{ steps.none.outputs.x == '' }}", true],
    ["${{ toJSON(github.event) }}", '{\n  "number": 7\n}'],
    ["${{ GITHUB.Event.NUMBER }}", 7],
  ])("evaluates %s", (text, expected) => {
    expect(evaluateTemplate(text, SCOPE)).toEqual(expected);
  });

  it.each([
    ["${{ secrets.x }}", "Unrecognized named-value"],
    ["${{ nothing() }}", "Unrecognized function"],
    ["${{ 'open }}", "is not closed"],
    ["${{ success('job') }}", "Too many parameters"],
  ])("refuses %s", (text, message) => {
    expect(() => evaluateTemplate(text, SCOPE)).toThrow(message);
  });
});

describe("splitTemplate", () => {
  it("does not end an expression inside quotes", () => {
    expect(splitTemplate("a ${{ '}}' }} b")).toEqual([
      { type: "literal", text: "a " },
      { type: "expression", text: " '}}' " },
      { type: "literal", text: " b" },
    ]);
  });
});

describe("evaluateCondition", () => {
  const failed: Scope = { ...SCOPE, functions: { ...SCOPE.functions, success: () => false } };

  it.each([
    [undefined, true, false],
    ["", true, false],
    ["github.event.number == 7", true, false],
    ["${{ github.event.number == 7 }}", true, false],
    ["always() && github.event.number == 7", true, true],
    ["!cancelled()", true, true],
    ["'always()' == 'x'", false, false],
    ["false", false, false],
  ])("decides %s after success and after failure", (condition, afterSuccess, afterFailure) => {
    expect(evaluateCondition(condition, SCOPE)).toBe(afterSuccess);
    expect(evaluateCondition(condition, failed)).toBe(afterFailure);
  });

  it("refuses a condition that mixes text with an expression, as it would always be true", () => {
    expect(() => evaluateCondition("${{ inputs.flag }} == 'true'", SCOPE)).toThrow(
      "always be true",
    );
  });
});

describe("coerceText", () => {
  it.each([
    [null, ""],
    [true, "true"],
    [1.5, "1.5"],
    [[1], "Array"],
    [{ a: 1 }, "Object"],
  ])("writes %j as GitHub does", (value, text) => {
    expect(coerceText(value)).toBe(text);
  });
});
