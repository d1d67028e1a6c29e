/** What a study is asked to do: the input of a run. */

export interface StudyTask {
  /** Absolute path of the folder to study, symbolic links resolved. */
  readonly root: string;
  /** Absolute path of the folder for the report, symbolic links resolved. */
  readonly out: string;
  /** Paths below `root`, with `/`, that are the study's own files. */
  readonly exclude: readonly string[];
}
