"""The six parts, and the points of every test: the one table."""

from typing import NamedTuple


class Part(NamedTuple):
    """One of the six modules that a student writes, or the tests that use several of them."""

    name: str
    module: str
    title: str

    @property
    def file(self) -> str:
        """Name of the file in `proj4_code`."""
        return f"{self.module}.py"


PARTS = (
    Part("part 1", "part1_ppm", "pyramid pooling"),
    Part("part 2", "part2_dilated_resnet", "dilated ResNet"),
    Part("part 3", "part3_pspnet", "PSPNet"),
    Part("part 4", "part4_camvid", "CamVid"),
    Part("part 5", "part5_iou", "IoU"),
    Part("part 6", "part6_training", "training"),
)
TOGETHER = Part("together", "together", "several parts")

_TESTS = {
    "test_part1_ppm": {
        "test_the_output_is_that_of_the_paper": 1,
        "test_the_shape_is_input_and_branches": 1,
        "test_the_input_comes_first_and_unchanged": 1,
        "test_branches_come_in_the_order_of_bins": 1,
        "test_arguments_have_their_names": 1,
        "test_one_bin_is_the_global_average": 1,
        "test_corners_keep_the_corner_cells": 1,
        "test_maps_smaller_than_the_grid_work": 1,
        "test_training_mode_normalises_by_the_batch": 1,
        "test_batch_norm_learns_its_statistics": 1,
        "test_every_branch_learns": 1,
        "test_the_input_is_not_changed": 1,
    },
    "test_part2_dilated_resnet": {
        "test_receptive_field_of_plain_convolutions": 1,
        "test_receptive_field_with_stride_and_dilation": 1,
        "test_receptive_field_of_a_random_stack": 1,
        "test_a_dilated_stage_contains_the_strided_one": 1,
        "test_a_stage_dilated_from_2_to_4": 1,
        "test_a_stage_dilated_in_the_official_way": 1,
        "test_a_stage_keeps_its_weights": 1,
        "test_resnet18_gives_what_the_paper_says": 2,
        "test_resnet50_gives_what_the_paper_says": 1,
        "test_the_dilated_network_contains_the_strided_one": 2,
        "test_features_have_an_eighth_of_the_resolution": 1,
        "test_all_five_depths_exist": 1,
        "test_other_depths_are_refused": 1,
        "test_the_default_is_depth_50_without_weights": 1,
        "test_weights_are_loaded_strictly": 1,
        "test_without_weights_the_start_is_random": 1,
        "test_nothing_is_frozen": 1,
        "test_batch_norm_works_in_training_mode": 1,
    },
    "test_part3_pspnet": {
        "test_eval_mode_gives_out_alone": 2,
        "test_training_mode_gives_out_and_aux": 1,
        "test_without_aux_there_is_only_out": 1,
        "test_the_mode_can_be_changed_back_and_forth": 1,
        "test_no_bins_mean_no_pyramid_pooling": 1,
        "test_branches_share_the_channels_of_the_features": 1,
        "test_hidden_channels_follow_the_backbone": 1,
        "test_each_classifier_reads_its_own_features": 1,
        "test_sizes_other_than_8n_plus_1_are_refused": 1,
        "test_cells_lie_on_every_eighth_pixel": 1,
        "test_dropout_drops_whole_channels": 1,
        "test_dropout_can_be_zero": 1,
        "test_the_backbone_keeps_its_name": 1,
        "test_every_weight_learns": 1,
    },
    "test_part4_camvid": {
        "test_each_colour_becomes_its_group": 1,
        "test_a_label_image_becomes_train_ids": 1,
        "test_an_unknown_colour_is_refused": 1,
        "test_items_come_in_the_order_of_the_split_file": 1,
        "test_an_item_is_an_image_and_its_mask": 1,
        "test_each_split_has_its_own_file": 1,
        "test_images_may_be_jpeg": 1,
        "test_a_missing_file_is_named_at_once": 1,
        "test_transforms_get_image_and_mask": 1,
        "test_crops_have_the_size_asked_for": 1,
        "test_labels_are_never_blended": 1,
        "test_image_and_mask_move_together": 1,
        "test_outside_the_frame_is_mean_colour_and_void": 1,
        "test_images_are_normalised_as_imagenet": 1,
        "test_frames_are_scaled_by_half_to_two": 1,
        "test_frames_are_rotated_by_up_to_10_degrees": 1,
        "test_every_second_frame_is_flipped": 1,
        "test_crops_come_from_everywhere": 1,
        "test_evaluation_normalises_and_pads": 1,
        "test_evaluation_keeps_sizes_of_8n_plus_1": 1,
    },
    "test_part5_iou": {
        "test_rows_are_the_target_and_columns_the_prediction": 1,
        "test_images_are_counted_pixel_by_pixel": 0.5,
        "test_void_changes_nothing": 1,
        "test_the_ignored_value_can_be_chosen": 0.5,
        "test_absent_classes_have_rows_and_columns": 0.5,
        "test_nothing_but_void_gives_zeros": 0.5,
        "test_matrices_add_up": 0.5,
        "test_the_inputs_are_not_changed": 0.5,
        "test_iou_is_intersection_over_union": 1,
        "test_iou_of_a_random_matrix": 0.5,
        "test_a_class_that_is_nowhere_has_no_iou": 0.5,
        "test_the_mean_is_over_the_classes_present": 1,
        "test_every_class_counts_the_same_in_the_mean": 1,
        "test_accuracy_is_the_share_of_right_pixels": 0.5,
        "test_perfect_and_hopeless_predictions": 0.5,
    },
    "test_part6_training": {
        "test_the_loss_is_the_mean_over_labelled_pixels": 1,
        "test_the_auxiliary_loss_counts_0_4": 1,
        "test_the_weight_and_the_void_value_can_be_chosen": 0.5,
        "test_equal_logits_cost_the_logarithm_of_k": 0.5,
        "test_a_batch_without_labels_costs_nothing": 1,
        "test_void_pixels_do_not_matter": 0.5,
        "test_poly_falls_from_one_to_zero": 0.5,
        "test_poly_has_the_power_of_the_paper": 0.5,
        "test_heads_learn_ten_times_as_fast": 1,
        "test_the_multiplier_can_be_chosen": 0.5,
        "test_an_epoch_changes_the_weights_as_sgd_does": 1,
        "test_an_epoch_uses_its_auxiliary_weight": 1,
        "test_the_schedule_steps_every_iteration": 1,
        "test_training_happens_in_training_mode": 0.5,
        "test_a_batch_counts_by_its_size": 1,
        "test_autocast_is_entered_for_every_batch": 0.5,
        "test_a_scaler_takes_the_optimizers_place": 1,
        "test_batches_are_moved_to_the_device": 1,
        "test_evaluation_counts_every_image": 1,
        "test_evaluation_runs_in_eval_mode": 1,
        "test_evaluation_needs_no_gradients": 1,
        "test_the_mode_is_put_back": 1,
    },
    "test_together": {
        "test_parts_1_2_3_make_a_pspnet": 2,
        "test_parts_1_2_3_6_learn": 1,
        "test_parts_5_6_measure": 1,
        "test_part_4_makes_batches": 1,
    },
}

POINTS = {f"{file}/{test}": points for file, tests in _TESTS.items() for test, points in tests.items()}
"""file/test -> points."""
