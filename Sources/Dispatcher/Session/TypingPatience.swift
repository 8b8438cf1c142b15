// SPDX-License-Identifier: Apache-2.0

/// How long a board may say nothing before something typed, a prompt or the board itself counts as lost.
struct TypingPatience: Sendable {
  /// After a part of an echo; doubled with each try, up to eight times as long.
  var echo = Duration.milliseconds(500)
  /// Before the first of an echo: a console without any is known by that.
  var firstEcho = Duration.seconds(2)
  /// Before the echo of a newline.
  var newline = Duration.seconds(2)
  /// After a line that was not ended, where a shell's prompt is due.
  var prompt = Duration.seconds(3)
  /// The same while a board boots, which may say the begin of a line and think.
  var bootPrompt = Duration.seconds(10)
  /// After a sign that the board is gone, before it is asked whether it lives.
  var sign = Duration.milliseconds(250)
  /// Before that question counts as not answered.
  var life = Duration.milliseconds(750)
  /// After a console was opened again, before something is typed.
  var link = Duration.seconds(2)
  /// How long the answer to one try may take on a board that is never silent.
  var longest = Duration.seconds(10)
}
