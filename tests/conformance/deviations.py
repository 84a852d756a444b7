"""Where an emulator answers otherwise than AWS. A test of the twins is then expected to fail there.

The expectation is strict: an emulator that comes to behave like AWS makes the suite fail, and its
line is to be removed.
"""

from __future__ import annotations

from typing import Final

# By emulator and test: why.
DEVIATIONS: Final[dict[tuple[str, str], str]] = {
    (
        "ministack",
        "test_a_writer_beside_another_one_is_told_to_try_again",
    ): "never answers 409 to a conditional write",
    (
        "moto",
        "test_a_writer_beside_another_one_is_told_to_try_again",
    ): "never answers 409 to a conditional write",
    (
        "moto",
        "test_a_written_object_is_announced_to_the_queue",
    ): "encodes the slashes of a key, and names neither version nor sequencer",
    (
        "ministack",
        "test_a_message_cannot_be_hidden_for_more_than_twelve_hours",
    ): "hides a message for any time",
    (
        "ministack",
        "test_a_message_that_is_visible_again_cannot_be_hidden",
    ): "hides a message that is visible by its old receipt handle",
    (
        "moto",
        "test_a_message_that_is_visible_again_cannot_be_hidden",
    ): "hides a message that is visible by its old receipt handle",
    (
        "ministack",
        "test_a_deleted_message_never_comes_back_and_can_be_deleted_again",
    ): "refuses to delete a message twice",
    (
        "ministack",
        "test_an_outdated_handle_deletes_nothing_and_is_no_error",
    ): "refuses an outdated receipt handle",
    (
        "moto",
        "test_an_outdated_handle_deletes_nothing_and_is_no_error",
    ): "deletes a message by an outdated receipt handle",
    (
        "moto",
        "test_characters_that_xml_cannot_hold_are_refused",
    ): "takes any character",
}
