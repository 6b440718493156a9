# Draws frontier-life.svg and frontier-life.pdf from frontier-life.dat: gnuplot frontier-life.gp
set encoding utf8
set datafile missing "NaN"
set border 3 linewidth 0.8
set tics nomirror out scale 0.5
set format "%g"
set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
do for [format in "svg pdf"] {
  if (format eq "svg") {
    set terminal svg noenhanced size 1290,2935 font "Helvetica,13" background rgb "white"
  } else {
    set terminal pdfcairo noenhanced size 12.9in,29.4in font "Helvetica,9"
  }
  set output "frontier-life.".format
  set multiplot
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.9864; set bmargin at screen 0.8978
  set title "partition iid, algorithm fedavg, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311115.641025641:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9344333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 0 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 0 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 1 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 2 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 3 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.9864; set bmargin at screen 0.8978
  set title "partition iid, algorithm fedprox, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311115.89743589744:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9308333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 4 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 4 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 5 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 6 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 7 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.9864; set bmargin at screen 0.8978
  set title "partition iid, algorithm fedavgm, serverLearningRate 0.1"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311236.6666666667:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9252666666666668 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 8 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 8 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 9 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 10 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 11 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.8637; set bmargin at screen 0.7751
  set title "partition iid, algorithm fedadam, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311432.8205128205:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9432666666666667 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 12 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 12 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 13 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 14 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 15 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.8637; set bmargin at screen 0.7751
  set title "partition iid, algorithm fedyogi, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311427.4358974359:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9427333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 16 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 16 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 17 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 18 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 19 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.8637; set bmargin at screen 0.7751
  set title "partition iid, algorithm fedadagrad, serverLearningRate 0.3"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311569.4871794871:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9457666666666666 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 20 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 20 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 21 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 22 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 23 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.7411; set bmargin at screen 0.6525
  set title "partition iid, algorithm scaffold, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [63900883.541666664:285579392.0]; set xtics ("70 MB" 70000000, "100 MB" 100000000, "150 MB" 150000000, "200 MB" 200000000)
  plot 0.9382666666666667 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 24 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 24 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 25 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 26 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 27 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.7411; set bmargin at screen 0.6525
  set title "partition iid, algorithm fednova, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311115.641025641:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9344333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 28 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 28 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 29 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 30 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 31 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.7411; set bmargin at screen 0.6525
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedavg, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311600.0:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8914333333333334 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 32 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 32 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 33 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 34 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 35 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.6184; set bmargin at screen 0.5298
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedprox, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311612.8205128205:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8917 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 36 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 36 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 37 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 38 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 39 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.6184; set bmargin at screen 0.5298
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedavgm, serverLearningRate 0.1"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311624.87179487175:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8942666666666667 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 40 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 40 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 41 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 42 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 43 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.6184; set bmargin at screen 0.5298
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedadam, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.8348000000000003:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311778.71794871794:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8884666666666666 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 44 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 44 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 45 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 46 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 47 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-life.dat" index 47 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.4957; set bmargin at screen 0.4072
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedyogi, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y; set yrange [0.8334666666666668:*]
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311774.358974359:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8909666666666666 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 48 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 48 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 49 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 50 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 51 using 1:2 with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis", \
    "frontier-life.dat" index 51 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.4957; set bmargin at screen 0.4072
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fedadagrad, serverLearningRate 0.3"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311997.9487179487:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9021666666666667 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 52 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 52 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 53 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 54 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 55 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.4957; set bmargin at screen 0.4072
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm scaffold, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [63901271.041666664:285579392.0]; set xtics ("70 MB" 70000000, "100 MB" 100000000, "150 MB" 150000000, "200 MB" 200000000)
  plot 0.9142999999999999 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 56 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 56 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 57 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 58 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 59 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.3731; set bmargin at screen 0.2845
  set title "partition inner-dirichlet, quantityAlpha 0.0, algorithm fednova, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311600.0:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8914333333333334 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 60 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 60 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 61 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 62 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 63 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.3731; set bmargin at screen 0.2845
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedavg, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311684.87179487175:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8858 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 64 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 64 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 65 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 66 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 67 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.3731; set bmargin at screen 0.2845
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedprox, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311678.4615384615:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.887 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 68 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 68 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 69 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 70 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 71 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.2504; set bmargin at screen 0.1618
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedavgm, serverLearningRate 0.1"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311701.28205128206:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8837 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 72 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 72 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 73 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 74 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 75 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.2504; set bmargin at screen 0.1618
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedadam, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311872.3076923077:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8927333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 76 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 76 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 77 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 78 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 79 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.2504; set bmargin at screen 0.1618
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedyogi, serverLearningRate 0.03"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311867.4358974359:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8962666666666665 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 80 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 80 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 81 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 82 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 83 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0527; set rmargin at screen 0.3217
  set tmargin at screen 0.1278; set bmargin at screen 0.0392
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fedadagrad, serverLearningRate 0.3"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [312005.641025641:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.9077000000000001 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 84 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 84 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 85 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 86 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 87 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.3860; set rmargin at screen 0.6550
  set tmargin at screen 0.1278; set bmargin at screen 0.0392
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm scaffold, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [63901398.75:285579392.0]; set xtics ("70 MB" 70000000, "100 MB" 100000000, "150 MB" 150000000, "200 MB" 200000000)
  plot 0.9113333333333333 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 88 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 88 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 89 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 90 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 91 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.7194; set rmargin at screen 0.9884
  set tmargin at screen 0.1278; set bmargin at screen 0.0392
  set title "partition inner-dirichlet, quantityAlpha 1.0, algorithm fednova, serverLearningRate 1.0"
  set xlabel "bytes over the run's life, without broadcasts" offset 0,0.6
  set ylabel "final test accuracy"
  unset key
  unset logscale
  set autoscale y
  set offsets 0, 0, graph 0.05, graph 0.03
  set logscale x; set xrange [311690.2564102564:99645416.0]; set xtics ("1 MB" 1000000, "3 MB" 3000000, "10 MB" 10000000, "30 MB" 30000000)
  plot 0.8968666666666666 with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    "frontier-life.dat" index 92 using 1:2 with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    "frontier-life.dat" index 92 using 1:4:5 with labels offset 0,0.6 font ",9" textcolor rgb "#333333" notitle, \
    "frontier-life.dat" index 93 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    "frontier-life.dat" index 94 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    "frontier-life.dat" index 95 using 1:2:3:4 with yerrorbars linewidth 1 pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca"
  set lmargin at screen 0.0000; set rmargin at screen 1.0000
  set tmargin at screen 0.0187; set bmargin at screen 0.0000
  unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel; unset logscale
  set xrange [0:1]; set yrange [0:1]; set offsets 0, 0, 0, 0
  set key center center vertical Left reverse samplen 1.5 maxrows 2
  plot NaN with lines dashtype 3 linewidth 1.5 linecolor rgb "#555555" title "accuracy of identity", \
    NaN with steps linewidth 5 linecolor rgb "#d8d8d8" title "Pareto front", \
    NaN with points pointtype 4 pointsize 0.7 linecolor rgb "#000000" title "identity", \
    NaN with points pointtype 7 pointsize 0.7 linecolor rgb "#0072B2" title "topk + errorFeedback 0.9", \
    NaN with points pointtype 5 pointsize 0.7 linecolor rgb "#D55E00" title "pca", \
    NaN with points pointtype 10 pointsize 0.9 linecolor rgb "#555555" title "below the axis"
  set border 3 linewidth 0.8; set tics nomirror out scale 0.5; set xtics; set ytics
  set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
  unset multiplot
}
unset output
