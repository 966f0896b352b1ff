/** One entry of `errors` in a 422 answer. */
export interface FieldError {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

/** A refusal as GitHub words it: the status for REST, the `type` for GraphQL. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly (FieldError | string)[] | undefined;
  readonly type: string;

  constructor(
    status: number,
    message: string,
    options: { errors?: readonly (FieldError | string)[]; type?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = options.errors;
    this.type = options.type ?? TYPE_BY_STATUS[status] ?? "UNPROCESSABLE";
  }
}

const TYPE_BY_STATUS: Readonly<Record<number, string>> = { 403: "FORBIDDEN", 404: "NOT_FOUND" };

/** Something GitHub has and this world has not: always loud, never a wrong answer. */
export class NotEmulated extends Error {}

/** 404, optionally with the sentence GraphQL uses. */
export function notFound(message = "Not Found"): ApiError {
  return new ApiError(404, message);
}

/** 403 for a token without the permission. */
export function forbidden(message = "Resource not accessible by integration"): ApiError {
  return new ApiError(403, message);
}

/** 422 `Validation Failed` about one field. */
export function invalid(resource: string, field: string, code: string, message?: string): ApiError {
  const entry =
    message === undefined ? { resource, field, code } : { resource, field, code, message };
  return new ApiError(422, "Validation Failed", { errors: [entry] });
}
