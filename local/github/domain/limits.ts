import { countCharacters } from "../untyped.ts";
import { ApiError, invalid } from "./api-error.ts";

/** Longest body of an issue, pull request or comment, in characters. */
export const MAX_BODY_CHARACTERS = 65_536;
const MAX_TITLE_CHARACTERS = 256;

/** Whether a text is longer than GitHub stores. */
export function isTooLong(body: string | undefined): boolean {
  return (
    body !== undefined &&
    body.length > MAX_BODY_CHARACTERS &&
    countCharacters(body) > MAX_BODY_CHARACTERS
  );
}

/** Refuses a body that is too long, as creation does; an update keeps the old body instead. */
export function checkBody(resource: string, body: string | undefined): void {
  if (isTooLong(body)) {
    const message = `body is too long (maximum is ${MAX_BODY_CHARACTERS} characters)`;
    throw invalid(resource, "body", "custom", message);
  }
}

/** Refuses an empty or over-long title. */
export function checkTitle(resource: string, title: string | undefined): string {
  if (title === undefined || title.trim() === "") {
    throw invalid(resource, "title", "missing_field");
  }
  if (countCharacters(title) > MAX_TITLE_CHARACTERS) {
    const message = `title is too long (maximum is ${MAX_TITLE_CHARACTERS} characters)`;
    throw invalid(resource, "title", "custom", message);
  }
  return title;
}

/** 422 with a plain sentence instead of field errors. */
export function unprocessable(message: string): ApiError {
  return new ApiError(422, message);
}
