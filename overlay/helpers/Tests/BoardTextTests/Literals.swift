// SPDX-License-Identifier: Apache-2.0

import BoardText

/// The bytes of a test's text.
func b(_ text: String) -> Bytes { Bytes(text.utf8) }

/// The text of bytes, for messages of failed tests.
func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }
