/**
 * What commands of a session may reach. Whatever is named nowhere can be read and not be written.
 * All paths are absolute and without links, but for the last name of a readable one.
 */
export interface Reach {
  /** Home folders of the machine's user: a session has a home of its own. */
  readonly homes: readonly string[];
  /** Folders whose content cannot be seen. */
  readonly hidden: readonly string[];
  /** Files and sockets that are hidden one by one. */
  readonly hiddenFiles: readonly string[];
  /** What can be seen all the same, below hidden folders. */
  readonly readable: readonly string[];
  /** Hidden again, below what is readable. */
  readonly secrets: readonly string[];
  readonly writable: readonly string[];
  /** Not to be written, below what is writable. */
  readonly fixed: readonly string[];
}

/** Everything can be read and nothing be written: enough to try whether a sandbox starts. */
export const NOTHING_HIDDEN: Reach = {
  homes: [],
  hidden: [],
  hiddenFiles: [],
  readable: [],
  secrets: [],
  writable: [],
  fixed: [],
};

/** Whether a path is a folder or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? folder : `${folder}/`);
}
